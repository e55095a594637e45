import { utf8 } from "./encoding.ts";
import { invalid } from "./errors.ts";

const EMAIL =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** The normal form of an e-mail address; refuses what is none (auth-server §8.6). */
export function checkEmail(text: string): string {
  if (text === "") invalid("An email address is required");
  if (utf8(text).length > 255) invalid("An email address is too long");
  if (!EMAIL.test(text)) {
    invalid("Unable to validate email address: invalid format");
  }
  return text.toLowerCase();
}

/** A phone number without "+" and spaces. */
export function plainPhone(text: string): string {
  return text.replace(/^\+/, "").replaceAll(" ", "");
}

/** The normal form of a phone number; refuses what is none. */
export function checkPhone(text: string): string {
  const phone = plainPhone(text);
  if (!/^[1-9][0-9]{1,14}$/.test(phone)) {
    invalid("Invalid phone number format (E.164 required)");
  }
  return phone;
}
