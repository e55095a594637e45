// Signs up a user against the program `gotrue-emulator` at PROJECT_URL, and confirms by the code in the mail.
import process from "node:process";
import { AuthClient } from "@gotrue/edge";
import { connectEmulator } from "@gotrue/edge/emulator";

const emulator = await connectEmulator(process.env.PROJECT_URL);
const auth = new AuthClient({
  projectUrl: process.env.PROJECT_URL,
  key: "any",
});

const address = { email: "grace@example.com" };
const { session } = await auth.signUp({
  ...address,
  password: "correct horse",
});
console.log(session === null ? "to be confirmed" : "confirmed at once");

const { code } = await emulator.mailbox.next(address.email);
const { user } = await auth.verifyOtp({
  ...address,
  token: code,
  type: "signup",
});
console.log("signed in as", user.email);
