import { isObject } from "./json.ts";

/** What is told of a message that was sent. */
export interface MessageSent {
  /** The provider's id of a text message, where the server tells it. */
  readonly messageId?: string;
}

/**
 * Reads the answer to a request that sends mail or text messages.
 *
 * @param answer The server's.
 * @returns The message's id, where there is one.
 */
export function parseMessageSent(
  answer: { readonly body: unknown },
): MessageSent {
  const id = isObject(answer.body) ? answer.body["message_id"] : undefined;
  return typeof id === "string" ? { messageId: id } : {};
}
