/**
 * A program that makes and uses many clients, and tells by how many bytes that
 * has left the heap larger. Run by `heap_test.ts`.
 */
import { AuthClient } from "../../mod.ts";

declare const gc: () => void;
const CLIENTS = 10_000;
/** What is made once, and what is compiled, is made and compiled by then. */
const FIRST_CLIENTS = 1_000;
const isDisposed = Deno.args[0] === "disposed";

let issued = 0;

/** Signs anybody in; every token is a new one. */
function fetch(): Promise<Response> {
  const number = ++issued;
  return Promise.resolve(Response.json({
    access_token: `header.payload.signature-${number}`,
    refresh_token: `refresh-${number}`,
    token_type: "bearer",
    expires_in: 3600,
    expires_at: Math.floor(Date.now() / 1000) + 3600,
    user: {
      id: "11111111-1111-4111-8111-111111111111",
      aud: "authenticated",
      created_at: "2026-01-01T00:00:00Z",
      user_metadata: { filling: "x".repeat(500) },
      app_metadata: {},
    },
  }));
}

async function use(number: number): Promise<void> {
  const auth = new AuthClient({ url: `https://auth-${number}.example`, fetch });
  const { subscription } = auth.onAuthStateChange(() => {});
  const end = auth.subscribe(() => {});
  await auth.signInWithPassword({ email: "ada@example.com", password: "x" });
  await auth.signInWithOtp({ email: "ada@example.com" });
  await Promise.all([auth.getSession(), auth.refreshSession()]);
  await auth.getAccessToken();
  auth.getSnapshot();
  if (!isDisposed) return;
  subscription.unsubscribe();
  end();
  await auth.dispose();
}

async function useMany(count: number): Promise<number> {
  for (let done = 0; done < count; done++) await use(done);
  // What the last of them has left to do.
  await new Promise((resolve) => setTimeout(resolve, 0));
  gc();
  gc();
  return Deno.memoryUsage().heapUsed;
}

const before = await useMany(FIRST_CLIENTS);
console.log(await useMany(CLIENTS) - before);
