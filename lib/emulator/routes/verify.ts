import { signInResponse } from "../access_tokens.ts";
import { checkEmail, checkPhone } from "../addresses.ts";
import type { Context } from "../context.ts";
import { fail, HttpError, invalid } from "../errors.ts";
import { json } from "../http.ts";
import { findByCode, findByHash } from "../verification_lookup.ts";
import {
  applyVerification,
  FIRST_CONFIRMATION,
  type Verification,
} from "../verifications.ts";

const SHAPE = {
  type: "string",
  token: "string",
  token_hash: "string",
  email: "string",
  phone: "string",
  redirect_to: "string",
} as const;

interface VerifyParams {
  readonly type: string;
  readonly token: string;
  readonly token_hash: string;
  readonly email: string;
  readonly phone: string;
  readonly redirect_to: string;
}

/** `POST /verify` (auth-server §10.5). */
export async function postVerify(context: Context): Promise<Response> {
  const verification = find(context, context.decode("VerifyParams", SHAPE));
  const user = applyVerification(context, verification);
  if (user === undefined) return json({ code: "200", msg: FIRST_CONFIRMATION });
  return await signInResponse(context, user, "otp");
}

function find(context: Context, params: VerifyParams): Verification {
  const { type, token, token_hash: hash, email, phone } = params;
  if (type === "") invalid("Verify requires a verification type");
  if ((token === "") === (hash === "")) {
    invalid("Verify requires either a token or a token hash");
  }
  if (hash !== "") {
    if (email !== "" || phone !== "" || params.redirect_to !== "") {
      invalid("Only the token_hash and type should be provided");
    }
    return findByHash(context, type, hash);
  }
  if ((email === "") === (phone === "")) {
    invalid(
      "Only an email address or phone number should be provided on verify",
    );
  }
  return findByCode(context, {
    type,
    code: token,
    email: email === "" ? "" : checkTypedEmail(email),
    phone: phone === "" ? "" : checkPhone(phone),
  });
}

function checkTypedEmail(email: string): string {
  try {
    return checkEmail(email);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return fail(422, "validation_failed", "Invalid email format");
  }
}
