import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UniqueViolation } from "../../lib/emulator/indexes.ts";
import type { FlowState } from "../../lib/emulator/records.ts";
import { type Change, Store } from "../../lib/emulator/store.ts";

function state(id: string, values: Partial<FlowState> = {}): FlowState {
  return {
    id,
    seq: 0,
    user_id: null,
    auth_code: null,
    code_challenge: null,
    code_challenge_method: null,
    provider_type: "email",
    authentication_method: "magiclink",
    provider_access_token: "",
    provider_refresh_token: "",
    auth_code_issued_at: null,
    invite_token: "",
    referrer: "",
    linking_target_id: null,
    email_optional: false,
    created_at: 0,
    ...values,
  } as FlowState;
}

Deno.test("Store.transaction() takes inserts, updates and deletes back when the work throws", async () => {
  const store = new Store();
  const { flowStates } = store.tables;
  flowStates.insert(state("kept", { auth_code: "before" }));
  flowStates.insert(state("deleted"));
  await assertRejects(() =>
    store.transaction(() => {
      flowStates.insert(state("new"));
      flowStates.update("kept", { auth_code: "after", referrer: "x" });
      flowStates.delete("deleted");
      throw new Error("no");
    })
  );
  assertEquals(flowStates.get("new"), undefined);
  assertEquals(flowStates.first("code", "before")?.referrer, "");
  assertEquals(flowStates.first("code", "after"), undefined);
  assertEquals(flowStates.get("deleted")?.id, "deleted");
});

Deno.test("Transaction.keep() makes earlier writes survive a later failure", async () => {
  const store = new Store();
  const { flowStates } = store.tables;
  await assertRejects(() =>
    store.transaction((transaction) => {
      flowStates.insert(state("a"));
      transaction.keep();
      flowStates.insert(state("b"));
      throw new Error("no");
    })
  );
  assertEquals([...flowStates.all()].map(({ id }) => id), ["a"]);
});

Deno.test("Store.transaction() runs one piece of work after the other", async () => {
  const store = new Store();
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await Promise.resolve();
    order.push(`${name} ends`);
  };
  await Promise.all([
    store.transaction(work("a")),
    store.transaction(work("b")),
  ]);
  assertEquals(order, ["a begins", "a ends", "b begins", "b ends"]);
});

Deno.test("Transaction.outside() lets other work in, and each takes back only its own writes", async () => {
  const store = new Store();
  const { flowStates } = store.tables;
  flowStates.insert(state("shared"));
  const call = Promise.withResolvers<void>();
  const first = store.transaction(async (transaction) => {
    flowStates.update("shared", { auth_code: "mine" });
    await transaction.outside(() => call.promise);
    throw new Error("The hook refused");
  });
  await store.transaction(() => {
    flowStates.update("shared", { referrer: "theirs" });
  });
  call.resolve();
  await assertRejects(() => first);
  assertEquals(flowStates.get("shared")?.referrer, "theirs");
  assertEquals(flowStates.get("shared")?.auth_code, null);
});

Deno.test("Store.transaction() takes everything back although another has taken a key meanwhile", async () => {
  const store = new Store();
  const { identities } = store.tables;
  const identity = {
    user_id: "u",
    provider: "email",
    provider_id: "p",
    identity_data: {},
    last_sign_in_at: null,
    created_at: 0,
    updated_at: 0,
  };
  identities.insert({ id: "a", ...identity });
  identities.insert({ id: "b", ...identity, provider_id: "q" });
  const call = Promise.withResolvers<void>();
  const first = store.transaction(async (transaction) => {
    identities.update("b", { provider_id: "r" });
    identities.delete("a");
    await transaction.outside(() => call.promise);
    throw new Error("The hook refused");
  });
  await store.transaction(() => {
    identities.insert({ id: "c", ...identity });
  });
  call.resolve();
  await assertRejects(() => first, Error, "The hook refused");
  const ids = ["p", "q", "r"].map((id) =>
    identities.list("provider", `email ${id}`).map((one) => one.id)
  );
  assertEquals(ids, [["a", "c"], ["b"], []]);
});

Deno.test("Store.subscribe() tells committed changes only, each record once with its last state", async () => {
  const store = new Store();
  const { flowStates } = store.tables;
  const seen: Change[] = [];
  const stop = store.subscribe((changes) => seen.push(...changes));
  await store.transaction(() => {
    flowStates.insert(state("a"));
    flowStates.update("a", { referrer: "x" });
    flowStates.insert(state("b"));
    flowStates.delete("b");
  });
  await store.transaction(() => {
    flowStates.insert(state("c"));
    throw new Error("no");
  }).catch(() => {});
  stop();
  flowStates.insert(state("d"));
  assertEquals(seen.map(({ id, row }) => [id, row === null]), [
    ["a", false],
    ["b", true],
  ]);
  assertEquals((seen[0]?.row as FlowState).referrer, "x");
});

Deno.test("Store.restore() brings a snapshot back, and new records come after the old ones", () => {
  const store = new Store();
  store.tables.flowStates.insert(state("a", { user_id: "u" }));
  const copy = new Store();
  copy.restore(JSON.parse(JSON.stringify([...store.snapshot()])));
  copy.tables.flowStates.insert(state("b", { user_id: "u" }));
  assertEquals(
    copy.tables.flowStates.list("user", "u").map(({ id }) => id),
    ["a", "b"],
  );
});

Deno.test("Table.insert() throws a UniqueViolation in the database's words when a key is taken", () => {
  const { factors } = new Store().tables;
  const factor = {
    user_id: "u",
    friendly_name: "phone",
    factor_type: "totp",
    status: "unverified",
    phone: "",
    secret: "",
    last_challenged_at: null,
    web_authn_credential: null,
    web_authn_aaguid: null,
    created_at: 0,
    updated_at: 0,
  } as const;
  factors.insert({ id: "1", ...factor });
  const error = assertThrows(
    () => factors.insert({ id: "2", ...factor }),
    UniqueViolation,
  );
  assertEquals(
    error.detail,
    "Key (friendly_name, user_id)=(phone, u) already exists.",
  );
  factors.insert({ id: "3", ...factor, friendly_name: " " });
  factors.insert({ id: "4", ...factor, friendly_name: " " });
  assertEquals(factors.size, 3);
});

Deno.test("Table.update() moves a record to the end of lists when an indexed column changes", () => {
  const { factors } = new Store().tables;
  for (const id of ["a", "b"]) {
    factors.insert({
      id,
      user_id: "u",
      friendly_name: id,
      factor_type: "totp",
      status: "unverified",
      phone: "",
      secret: "",
      last_challenged_at: null,
      web_authn_credential: null,
      web_authn_aaguid: null,
      created_at: 0,
      updated_at: 0,
    });
  }
  factors.update("a", { status: "verified" });
  assertEquals(factors.list("user", "u").map(({ id }) => id), ["a", "b"]);
  factors.update("a", { last_challenged_at: 1 });
  assertEquals(factors.list("user", "u").map(({ id }) => id), ["b", "a"]);
});

Deno.test("Timeline.ids() stays in the order of creation whatever the order of insertion", () => {
  const { audit, auditTimeline } = new Store().tables;
  for (const at of [3, 1, 2, 1]) {
    audit.insert({
      id: crypto.randomUUID(),
      payload: { at },
      created_at: at,
      ip_address: "",
    });
  }
  const ids = auditTimeline.ids("").map(({ id }) => id);
  assertEquals(ids.map((id) => audit.get(id)?.created_at), [1, 1, 2, 3]);
  audit.delete(ids[1]!);
  assertEquals(auditTimeline.ids("").map(({ id }) => id), [
    ids[0]!,
    ids[2]!,
    ids[3]!,
  ]);
  assert(!auditTimeline.ids("other").length);
});
