import type { Context } from "./context.ts";
import type { MailRecord, Row, SmsRecord } from "./records.ts";
import type { Table } from "./table.ts";

/** How many mails, and how many text messages, a store keeps. */
const CAPACITY = 10_000;

/** Members of a message that its record is given by itself. */
type Stamped = "id" | "seq" | "created_at";

/** Puts a mail into the mailbox. */
export function putMail(
  context: Context,
  mail: Omit<MailRecord, Stamped | "from">,
): void {
  const { mails } = context.db;
  mails.insert({
    id: context.server.random.uuid(),
    from: context.settings.GOTRUE_SMTP_ADMIN_EMAIL,
    created_at: context.now(),
    ...mail,
  });
  trim(mails);
}

/** Puts a text message where tests find it. */
export function putMessage(
  context: Context,
  message: Omit<SmsRecord, Stamped>,
): void {
  const { messages } = context.db;
  messages.insert({
    id: context.server.random.uuid(),
    created_at: context.now(),
    ...message,
  });
  trim(messages);
}

/** Messages are never changed, so the first one is the oldest. */
function trim<T extends Row, I extends string>(table: Table<T, I>): void {
  for (const row of table.all()) {
    if (table.size <= CAPACITY) return;
    table.delete(row.id);
  }
}
