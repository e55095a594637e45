import { burstBefore } from "../../scripts/replay/bursts.ts";
import type { HookCall } from "../../scripts/replay/hooks.ts";
import type { ReceivedMail } from "../../scripts/replay/mails.ts";
import type { System } from "../../scripts/replay/system.ts";
import type {
  Entry,
  Flow,
  RecordedResponse,
} from "../../scripts/replay/types.ts";

/** Changes an answer before it is given. */
export type Mutation = (
  response: RecordedResponse,
  entry: Entry,
) => RecordedResponse;

/** A system that answers every request with what was recorded, and delivers the recorded mails, text messages and hook calls. */
export function createEcho(
  flows: readonly Flow[],
  mutate: Mutation = (response) => response,
): System {
  const mails: ReceivedMail[] = [];
  const calls: HookCall[] = [];
  const bursts = new Map<Entry, number>();
  let now = Date.now();
  return {
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    send: (entry, request) => {
      const left = bursts.get(entry) ??
        burstBefore(flowOf(entry, flows), entry);
      bursts.set(entry, left - 1);
      if (left > 0) return Promise.resolve(new Response("accepted"));
      for (const delivery of deliveriesAfter(entry, flows)) {
        deliver(delivery, mails, calls);
      }
      const plain = !request.headers.has("x-supabase-api-version");
      const recorded = plain
        ? entry.responseWithoutApiVersion ?? entry.response!
        : entry.response!;
      return Promise.resolve(
        toResponse(mutate(structuredClone(recorded), entry)),
      );
    },
    control: { calls, mails: () => mails },
  };
}

function flowOf(entry: Entry, flows: readonly Flow[]): Flow {
  return flows.find(({ name }) => name === entry.flow)!;
}

function deliveriesAfter(entry: Entry, flows: readonly Flow[]): Entry[] {
  const { entries } = flowOf(entry, flows);
  const rest = entries.slice(entries.indexOf(entry) + 1);
  const end = rest.findIndex(({ kind }) => kind === "http");
  return end < 0 ? rest : rest.slice(0, end);
}

function deliver(entry: Entry, mails: ReceivedMail[], calls: HookCall[]): void {
  if (entry.mail) {
    mails.push({
      ...entry.mail,
      type: entry.mail.linkParts?.query?.type ?? "reauthentication",
    });
  }
  if (entry.hook) calls.push({ ...structuredClone(entry.hook), genuine: true });
  if (entry.sms) {
    calls.push({
      name: "send_sms",
      headers: {},
      body: { sms: { ...entry.sms } },
      genuine: true,
    });
  }
}

function toResponse({ status, headers, body }: RecordedResponse): Response {
  const text = body === null
    ? null
    : typeof body === "string"
    ? body
    : JSON.stringify(body);
  return new Response(text, { status, headers });
}
