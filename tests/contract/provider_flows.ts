/** Flows through the page that stands in for providers. */
import { assertEquals } from "@std/assert";
import { locationOf, parametersOf, pathOf } from "./requests.ts";
import type { Answer, Loose, World } from "./world.ts";

/** Who comes back from the provider. */
type Comer = Readonly<Record<string, string>>;

/** Where the page of the provider sends somebody back to. */
async function backFrom(
  world: World,
  begun: Answer,
  comer: Comer,
): Promise<string> {
  const page = pathOf(world, new URL(begun.body?.url ?? locationOf(begun)));
  const form = comer;
  const chosen = await world.send("POST", page, { form });
  assertEquals(chosen.status, 303, JSON.stringify(chosen.body));
  return pathOf(world, locationOf(chosen));
}

/** The way back of somebody who begins at `/authorize`. */
export async function callbackOf(
  world: World,
  comer: Comer,
  query: Record<string, string> = {},
): Promise<string> {
  const search = new URLSearchParams({ provider: "github", ...query });
  return await backFrom(
    world,
    await world.send("GET", `/authorize?${search}`),
    comer,
  );
}

/** Comes back, and reads what the redirect carries. */
export async function comeBack(
  world: World,
  comer: Comer,
  query: Record<string, string> = {},
): Promise<URLSearchParams> {
  const path = await callbackOf(world, comer, query);
  const answer = await world.send("GET", path);
  assertEquals(answer.status, 302);
  return parametersOf(locationOf(answer));
}

/** The user of the tokens that a redirect carries. */
export async function userOf(
  { send }: World,
  parameters: URLSearchParams,
): Promise<Loose> {
  const token = parameters.get("access_token") ?? "";
  return (await send("GET", "/user", { token })).body;
}

/** The way back of somebody who links an identity to an account. */
export async function linkingCallback(
  world: World,
  token: string,
  comer: Comer,
): Promise<string> {
  const path = "/user/identities/authorize?provider=github";
  return await backFrom(world, await world.send("GET", path, { token }), comer);
}
