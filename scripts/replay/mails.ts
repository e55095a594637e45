/**
 * Mails of a flow: which one a step means, and its form in the recording.
 *
 * @module
 */
import { splitUrl } from "./observe.ts";
import type { Json, RecordedMail } from "./types.ts";

/** A mail as the server under test reports it. */
export interface ReceivedMail {
  to: string | readonly string[];
  from?: string | undefined;
  subject: string;
  /** The name of the template, or the `type` of the link. */
  type?: string | null | undefined;
  code?: string | null | undefined;
  link?: string | null | undefined;
  token_hash?: string | null | undefined;
  html?: string | undefined;
}

/** Names of the templates (in settings and in the recording) where the `type` of the link differs. */
const TEMPLATES: Record<string, string> = {
  signup: "confirmation",
  magiclink: "magic_link",
};

/** Hands out the mails of one flow, each at most once, those sent before the flow never. */
export class MailReader {
  readonly #start: number;
  readonly #read = new Map<string, number>();

  constructor(sentBefore: number) {
    this.#start = sentBefore;
  }

  /** The newest unread mail to an address (to anybody without one); older ones count as read. */
  take(
    mails: readonly ReceivedMail[],
    address: string | undefined,
  ): ReceivedMail | undefined {
    const key = address ?? "";
    for (
      let i = mails.length - 1;
      i >= (this.#read.get(key) ?? this.#start);
      i--
    ) {
      const mail = mails[i]!;
      if (address !== undefined && !recipients(mail).includes(address)) {
        continue;
      }
      this.#read.set(key, i + 1);
      return mail;
    }
    return undefined;
  }
}

function recipients(mail: ReceivedMail): string[] {
  return typeof mail.to === "string" ? [mail.to] : [...mail.to];
}

/** The address that a step is about: of its mail, else the one named in its description. */
export function addressOf(
  mail: RecordedMail | null | undefined,
  description: string,
): string | undefined {
  return mail?.to[0] ?? /[\w.+-]+@[\w.-]+\w/.exec(description)?.[0];
}

/**
 * A received mail in the form of the recording: templates of the recorder show code and hash, the default ones only what their link has.
 */
export function recordMail(
  mail: ReceivedMail,
  env: Record<string, string>,
): Record<string, Json> {
  const link = mail.link || null;
  const type = mail.type ?? null;
  const template = TEMPLATES[type ?? ""] ?? type;
  const templated =
    env[`GOTRUE_MAILER_TEMPLATES_${template?.toUpperCase()}`] !== undefined;
  const linkParts = link === null ? null : splitUrl(link);
  const out: Record<string, Json> = {
    to: recipients(mail),
    subject: mail.subject,
    type: templated ? template : linkParts?.query?.type ?? null,
    link,
    linkParts: linkParts as unknown as Json,
    code: templated ? mail.code ?? null : null,
    token_hash: link === null ? null : mail.token_hash ?? null,
  };
  // Not every mailbox shows the sender.
  if (mail.from !== undefined) out.from = mail.from;
  if (!templated && mail.html !== undefined) {
    out.html = mail.html.replaceAll("\r\n", "\n");
  }
  return out;
}

/** What is expected of a received mail: the recorded one, lines ended as in the mailbox, members left out that are not shown. */
export function expectedMail(
  recorded: RecordedMail,
  received: Record<string, Json>,
): Record<string, Json> {
  const { from, html, ...rest } = recorded as unknown as Record<string, Json>;
  const out: Record<string, Json> = { ...rest };
  if (from !== undefined && received.from !== undefined) out.from = from;
  if (typeof html === "string") out.html = html.replaceAll("\r\n", "\n");
  return out;
}
