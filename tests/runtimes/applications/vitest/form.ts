/** The logic of a sign-in form: what to say, and what to ask for next. */
import { type AuthClient, isAuthError } from "@gotrue/edge";

export interface FormState {
  readonly asksFor: "password" | "code" | "nothing";
  readonly message: string;
}

/** The user has given a password. */
export async function submitPassword(
  auth: AuthClient,
  email: string,
  password: string,
): Promise<FormState> {
  try {
    const { user } = await auth.signInWithPassword({ email, password });
    return { asksFor: "nothing", message: `Hello ${user.email}` };
  } catch (error) {
    if (isAuthError(error, "email_not_confirmed")) {
      await auth.resend({ type: "signup", email });
      return { asksFor: "code", message: "We have sent you a code" };
    }
    return { asksFor: "password", message: explain(error) };
  }
}

/** The user has given the code of a mail. */
export async function submitCode(
  auth: AuthClient,
  email: string,
  code: string,
): Promise<FormState> {
  try {
    await auth.verifyOtp({ email, token: code, type: "signup" });
    return { asksFor: "nothing", message: `Hello ${email}` };
  } catch (error) {
    return { asksFor: "code", message: explain(error) };
  }
}

function explain(error: unknown): string {
  if (isAuthError(error, "invalid_credentials")) {
    return "Wrong e-mail or password";
  }
  if (isAuthError(error, "otp_expired")) {
    return "Wrong code, or one that has expired";
  }
  if (isAuthError(error) && error.retryable) return "Please try again";
  throw error;
}
