/** Routes without a function of the library, driven by plain requests. */
import { signInAnonymously } from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { type Person, signedUp } from "./people.ts";
import type { Answer, ContractCase, Loose, Sent, World } from "./world.ts";

/** An id of nothing. */
export const NOBODYS = "00000000-0000-4000-8000-000000000001";

/** Who makes a request: by default nobody that the server could name. */
export type Caller = "nobody" | "user" | "guest" | "admin";

/** A request; where a route has defaults, what differs from them. */
export interface Ask extends Sent {
  readonly as?: Caller;
  /** The whole path with its query, where it is not the route's own. */
  readonly at?: string;
}

/** An answer of refusal: status, code, and the message where it is stable. */
export type RefusalAnswer = readonly [
  status: number,
  code: string | undefined,
  message?: string,
];

/** A request that is refused. */
export interface Refusal extends Ask {
  /** What follows "is refused". */
  readonly why: string;
  readonly answer: RefusalAnswer;
  readonly env?: ContractCase["env"];
  readonly needs?: ContractCase["needs"];
  /** Makes what must be there before, and gives what differs because of it. */
  readonly given?: (world: World, person: Person) => Promise<Ask> | Ask;
}

/** What all refusals of a table have in common. */
export type Defaults = Ask & Pick<ContractCase, "env" | "needs">;

/**
 * Cases of refusal of one route.
 *
 * @param route Method and path, e.g. `POST /oauth/token`.
 * @param defaults The request as it would be accepted, or nearly.
 * @param list What is different, and what is answered.
 * @returns A case for each.
 */
export function refusals(
  route: string,
  defaults: Defaults,
  list: readonly Refusal[],
): ContractCase[] {
  const [method, path] = route.split(" ") as [string, string];
  return list.map((each) => ({
    name: `${route} is refused ${each.why}`,
    env: { ...defaults.env, ...each.env },
    needs: [...defaults.needs ?? [], ...each.needs ?? []],
    run: async (world) => {
      const { token, person } = await enter(world, each.as ?? defaults.as);
      const more = await each.given?.(world, person!) ?? {};
      const asked = { token, ...defaults, ...each, ...more };
      const answer = await world.send(method, asked.at ?? path, {
        ...asked,
        body: merged(defaults.body, each.body, more.body),
      });
      assertRefusal(answer, each.answer);
    },
  }));
}

/** Objects are merged, anything else replaces. */
function merged(...bodies: unknown[]): unknown {
  return bodies.reduce((all, body) =>
    body === undefined
      ? all
      : typeof body === "object" && typeof all === "object"
      ? { ...all, ...body }
      : body
  );
}

interface Entered {
  readonly token: string | undefined;
  /** Only a user is somebody. */
  readonly person?: Person;
}

async function enter(
  world: World,
  caller: Caller = "nobody",
): Promise<Entered> {
  if (caller === "admin") return { token: world.serviceKey };
  if (caller === "guest") {
    const { session } = await signInAnonymously(world.config);
    return { token: session.access_token };
  }
  if (caller === "nobody") return { token: undefined };
  const person = await signedUp(world);
  return { token: person.accessToken, person };
}

/**
 * Asserts that an answer is a refusal: in the server's format, in that of
 * OAuth, or in the address that it redirects to.
 *
 * @param answer The answer.
 * @param expected Status, code and message.
 */
export function assertRefusal(
  answer: Answer,
  [status, code, message]: RefusalAnswer,
): void {
  const refusal = readRefusal(answer);
  assertEquals(
    [answer.status, refusal.code, message && refusal.message],
    [status, code, message],
    JSON.stringify(answer.body),
  );
}

function readRefusal(
  { status, headers, body }: Answer,
): { code: string | undefined; message: string | undefined } {
  if (status === 302 || status === 303) {
    const url = new URL(headers.get("Location") ?? "");
    // A fragment of refusal is escaped twice where there is the query too.
    const answer = url.searchParams.has("error")
      ? url.searchParams
      : parametersOf(url);
    return {
      code: answer.get("error_code") ?? answer.get("error") ?? undefined,
      message: answer.get("error_description") ?? undefined,
    };
  }
  return {
    code: body?.code ?? body?.error,
    message: body?.message ?? body?.error_description,
  };
}

/** The parameters of an address: in the fragment, else in the query. */
export function parametersOf(url: URL): URLSearchParams {
  const fragment = new URLSearchParams(url.hash.slice(1));
  return [...fragment.keys()].length > 0 ? fragment : url.searchParams;
}

/** Where an answer leads to. */
export function locationOf({ headers }: Answer): URL {
  return new URL(headers.get("Location") ?? "");
}

/** What is below the server's address in a link that it has made. */
export function pathOf(world: World, url: URL): string {
  const base = new URL(world.config.url).pathname.replace(/\/$/, "");
  return url.pathname.replace(base, "") + url.search;
}

/** The claims of a token, unchecked. */
export function claimsOf(token: string): Loose {
  const part = token.split(".")[1] ?? "";
  const text = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(text);
}
