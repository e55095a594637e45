/** What contract cases assert besides equality. */
import { AuthApiError } from "@gotrue/edge";
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";

/** The password that people of the contract choose. */
export const PASSWORD = "correct horse battery staple";

/**
 * Asserts that the server refuses.
 *
 * @param call The call.
 * @param status The HTTP status.
 * @param code The server's code.
 * @param message The server's message, where it is part of the contract.
 */
export async function assertRefused(
  call: Promise<unknown>,
  status: number,
  code: string,
  message?: string,
): Promise<void> {
  const error = await assertRejects(() => call);
  assertInstanceOf(error, AuthApiError);
  assertEquals([error.status, error.code], [status, code]);
  if (message !== undefined) assertEquals(error.message, message);
}
