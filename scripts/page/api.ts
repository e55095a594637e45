/** What the page asks of the emulator beside the handles of `connectEmulator()`. */
import type { RemoteEmulator } from "../../lib/emulator/connect.ts";
import type { LogEntry } from "../../lib/emulator/request_log.ts";

export type { LogEntry };

/** The start of a list that may be long. */
export interface Listing<T> {
  readonly total: number;
  readonly items: readonly T[];
}

export interface Counts {
  readonly users: number;
  readonly sessions: number;
  readonly factors: number;
  readonly passkeys: number;
  readonly mails: number;
  readonly texts: number;
}

export interface MailItem {
  readonly kind: "mail";
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly type: string;
  readonly code: string;
  readonly link: string;
  readonly token_hash: string;
  readonly html: string;
  readonly created_at: number;
}

export interface TextItem {
  readonly kind: "text";
  readonly id: string;
  readonly to: string;
  readonly channel: string;
  readonly code: string;
  readonly text: string;
  readonly created_at: number;
}

export type MessageItem = MailItem | TextItem;

export interface UserItem {
  readonly user: Readonly<Record<string, unknown>> & {
    readonly id: string;
    readonly email?: string;
    readonly phone?: string;
    readonly created_at: string;
    readonly last_sign_in_at?: string;
    readonly email_confirmed_at?: string;
    readonly phone_confirmed_at?: string;
    readonly banned_until?: string;
    readonly is_anonymous: boolean;
    readonly identities: readonly { readonly provider: string }[] | null;
    readonly factors?: readonly unknown[];
  };
  readonly hasPassword: boolean;
  readonly sessions: number;
  readonly passkeys: number;
}

export interface SessionItem {
  readonly id: string;
  readonly user: string;
  readonly user_id: string;
  readonly aal: string;
  readonly amr: readonly { readonly method: string; readonly at: number }[];
  readonly created_at: number;
  readonly refreshed_at: number | null;
  readonly not_after: number | null;
  readonly user_agent: string;
  readonly ip: string;
}

export interface FactorItem {
  readonly id: string;
  readonly user: string;
  readonly factor_type: string;
  readonly friendly_name?: string;
  readonly status: string;
  readonly phone: string;
  readonly created_at: string;
  readonly secret?: string;
  readonly current_code?: string;
}

export interface PasskeyItem {
  readonly id: string;
  readonly user: string;
  readonly friendly_name: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

export interface FaultItem {
  readonly id: number;
  readonly method?: string;
  readonly path: string | null;
  readonly status?: number;
  readonly delayMs?: number;
  readonly reset?: boolean;
  readonly loseResponse?: boolean;
  readonly probability?: number;
  readonly left: number | null;
}

export interface KeyItem {
  readonly kid: string;
  readonly alg: string;
  readonly kty: string;
  readonly signs: boolean;
}

export interface ClockState {
  readonly now: number;
  readonly frozen: boolean;
}

export interface Settings {
  readonly issuer: string;
  readonly audience: string;
  /** Those that are enabled. */
  readonly providers: readonly string[];
  readonly passkeyOrigins: readonly string[];
  readonly switches: Readonly<Record<string, boolean>>;
}

interface Answers {
  "inspect/counts": Counts;
  "inspect/messages": Listing<MessageItem>;
  "inspect/users": Listing<UserItem>;
  "inspect/sessions": Listing<SessionItem>;
  "inspect/factors": Listing<FactorItem>;
  "inspect/passkeys": Listing<PasskeyItem>;
  "inspect/faults": readonly FaultItem[];
  "inspect/clock": ClockState;
  "inspect/keys": readonly KeyItem[];
  "inspect/requests": readonly LogEntry[];
  "inspect/settings": Settings;
  "requests/clear": null;
  "sessions/delete": null;
  "factors/delete": null;
  "passkeys/delete": null;
  "switch": null;
  "faults/remove": null;
}

/** Calls the emulator that the page comes from. */
export async function call<N extends keyof Answers>(
  name: N,
  body: object = {},
): Promise<Answers[N]> {
  const response = await fetch(name, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(error.message);
  return result;
}

/** What all panels work with. */
export interface Workbench {
  readonly emulator: RemoteEmulator;
  /** The emulator's time, in milliseconds. */
  readonly now: () => number;
  /** Shows another panel. */
  readonly show: (panel: string) => void;
  /** Says something to those who listen to the page. */
  readonly announce: (text: string) => void;
}

/** A part of the page. */
export interface Panel {
  readonly name: string;
  readonly title: string;
  /** What it has to be refreshed for: tables, `requests`, `control`. */
  readonly topics: readonly string[];
  readonly element: HTMLElement;
  /** Looks again, for these reasons. */
  refresh(topics?: ReadonlySet<string>): Promise<void>;
}
