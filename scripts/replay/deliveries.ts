/**
 * What a flow has been sent besides answers: mails, text messages, hook calls. Each is handed out at most once.
 *
 * @module
 */
import { type Identities, show } from "./compare.ts";
import { compareValues, rulesOf } from "./expectations.ts";
import type { HookCall } from "./hooks.ts";
import { addressOf, expectedMail, MailReader, recordMail } from "./mails.ts";
import type { Control } from "./system.ts";
import type {
  Entry,
  Flow,
  Instance,
  Json,
  JsonObject,
  Mismatch,
} from "./types.ts";

/** A delivery in the form of the recording (nothing, when none came), and how it differs. */
export interface Delivery {
  value?: JsonObject;
  mismatches: Mismatch[];
}

/** Members of a hook call that belong to the transport. */
const TRANSPORT = ["user-agent", "content-length"];

/** The deliveries since the start of a flow. */
export class Deliveries {
  readonly #control: Control;
  readonly #mails: ReadonlyMap<string, MailReader>;
  readonly #usedCalls: Set<HookCall>;

  constructor(flow: Flow, control: Control) {
    this.#control = control;
    this.#usedCalls = new Set(control.calls);
    const configs = new Set(flow.entries.map(({ config }) => config));
    this.#mails = new Map(
      [...configs].map((
        config,
      ) => [config, new MailReader(control.mails(config).length)]),
    );
  }

  /** The mail that a step is about. */
  mail(entry: Entry, instance: Instance): Delivery {
    const address = addressOf(entry.mail, entry.description);
    const found = this.#mails.get(entry.config)!.take(
      this.#control.mails(entry.config),
      address,
    );
    if (entry.mail === null || entry.mail === undefined) {
      return found === undefined
        ? { mismatches: [] }
        : missing("$.mail", "no mail", show(found.subject));
    }
    if (found === undefined) {
      return missing("$.mail", `a mail to ${address}`, "none");
    }
    const mail = recordMail(found, instance.env);
    const expected = expectedMail(entry.mail, mail);
    const { html, ...rest } = mail;
    const compared = expected.html === undefined
      ? rest
      : { ...rest, html: html ?? null };
    return {
      value: { mail },
      mismatches: compareValues(expected, compared, "$.mail", rulesOf(entry)),
    };
  }

  /** The text message that a step is about, as the hook got it. */
  sms(entry: Entry): Delivery {
    const { phone } = entry.sms!;
    const call = this.#takeCall(
      "send_sms",
      (call) => smsOf(call).phone === phone,
    );
    if (call === undefined) {
      return missing("$.sms", `a text message to ${phone}`, "none");
    }
    const sms = smsOf(call);
    return {
      value: { sms },
      mismatches: compareValues(entry.sms, sms, "$.sms", rulesOf(entry)),
    };
  }

  /** The hook call that a step is about. */
  hook(entry: Entry, identities: Identities): Delivery {
    const { name, headers } = entry.hook!;
    const call = this.#takeCall(name, () => true);
    if (call === undefined) {
      return missing("$.hook", `a call of ${name}`, "none");
    }
    const observed = {
      name,
      headers: only(call.headers, headers),
      body: call.body,
    };
    const expected = { ...entry.hook!, headers: only(headers, headers) };
    const mismatches = compareValues(
      expected,
      observed,
      "$.hook",
      rulesOf(entry, identities),
    );
    if (!call.genuine) {
      mismatches.push({
        path: "$.hook.headers",
        expected: "a valid signature",
        got: "none",
      });
    }
    return { value: { hook: call.body }, mismatches };
  }

  /** The newest call of a hook that no step has used yet; older ones count as used. */
  #takeCall(
    name: string,
    fits: (call: HookCall) => boolean,
  ): HookCall | undefined {
    const calls = this.#control.calls.filter((call) =>
      call.name === name && !this.#usedCalls.has(call) && fits(call)
    );
    for (const call of calls) this.#usedCalls.add(call);
    return calls.at(-1);
  }
}

function missing(path: string, expected: string, got: string): Delivery {
  return { mismatches: [{ path, expected, got }] };
}

function smsOf(call: HookCall): { phone: string; otp: string } {
  const sms = call.body.sms as { phone?: string; otp?: string } | undefined;
  const user = call.body.user as { phone?: string } | undefined;
  return { phone: sms?.phone ?? user?.phone ?? "", otp: sms?.otp ?? "" };
}

function only(
  headers: Record<string, string>,
  like: Record<string, string>,
): Record<string, Json> {
  const names = Object.keys(like).filter((name) =>
    !TRANSPORT.includes(name) && headers[name] !== undefined
  );
  return Object.fromEntries(names.map((name) => [name, headers[name]!]));
}
