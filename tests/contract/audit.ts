/** `GET /admin/audit` (auth-server §15.9). */
import { signInWithPassword } from "@gotrue/edge/api";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { PASSWORD } from "./assertions.ts";
import { signedUp } from "./people.ts";
import { refusals } from "./requests.ts";
import type { ContractCase, Loose } from "./world.ts";

const PATH = "/admin/audit";

export const AUDIT: readonly ContractCase[] = [
  {
    name: `GET ${PATH} tells who did what, the newest first`,
    run: async (world) => {
      const { email, user } = await signedUp(world);
      await signInWithPassword(world.config, { email, password: PASSWORD });
      const path = `${PATH}?query=author:${email}`;
      const { status, body, headers } = await world.send("GET", path, {
        token: world.serviceKey,
      });
      assertEquals(status, 200);
      const [last] = body;
      assertEquals(last.payload.action, "login");
      assertEquals(last.payload.log_type, "account");
      assertEquals(last.payload.actor_id, user.id);
      assertEquals(last.payload.actor_username, email);
      const actions = body.map((each: Loose) => each.payload.action);
      assert(actions.includes("user_signedup"));
      assertEquals(headers.get("X-Total-Count"), String(body.length));
    },
  },
  {
    name: `GET ${PATH} pages and filters by action and type`,
    run: async (world) => {
      await signedUp(world);
      const token = world.serviceKey;
      for (const query of ["action:SIGNEDUP", "type:team"]) {
        const path = `${PATH}?query=${query}&per_page=1`;
        const { body, headers } = await world.send("GET", path, { token });
        assertEquals(body.length, 1);
        assertEquals(body[0].payload.action, "user_signedup");
        assertMatch(headers.get("Link") ?? "", /rel="last"/);
      }
    },
  },
  {
    name: `GET ${PATH} is empty where nothing is kept`,
    env: { GOTRUE_AUDIT_LOG_DISABLE_POSTGRES: "true" },
    run: async (world) => {
      await signedUp(world);
      const token = world.serviceKey;
      assertEquals((await world.send("GET", PATH, { token })).body, []);
    },
  },
  ...refusals(`GET ${PATH}`, { as: "admin" }, [
    ...["colour:red", "author"].map((query) => ({
      why: `for the query ${query}`,
      at: `${PATH}?query=${query}`,
      answer: [
        400,
        "validation_failed",
        `Invalid query scope: ${query}`,
      ] as const,
    })),
    {
      why: "for a page that is no number",
      at: `${PATH}?page=x`,
      answer: [
        400,
        "validation_failed",
        'Bad Pagination Parameters: strconv.ParseUint: parsing "x": invalid syntax',
      ],
    },
  ]),
];
