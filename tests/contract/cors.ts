/** What holds for every route (auth-server §1.2 – §1.5, §3): pages, paths, bodies, versions. */
import { assertEquals, assertMatch } from "@std/assert";
import { refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

/** The server itself, without a gateway in front. */
const BARE = { API_EXTERNAL_URL: "http://localhost:9999" };
const PAGE = { Origin: "https://page.example" };
const PREFLIGHT = { ...PAGE, "Access-Control-Request-Method": "PUT" };
const EXPOSED = "X-Total-Count, Link, X-Supabase-Api-Version";
const NEEDS: ContractCase["needs"] = ["headers"];

/** Paths that may end with a slash, as the roots of sub-trees. */
const SLASHED = [
  "/user/",
  "/reauthenticate/",
  "/admin/users/",
  "/admin/audit/",
  "/admin/sso/providers/",
  "/admin/custom-providers/",
];
/** Paths that may not. */
const NOT_SLASHED = ["/health/", "/settings/", "/recover/", "/otp/"];

export const CORS: readonly ContractCase[] = [
  {
    name: "OPTIONS answers a preflight for headers that pages may send",
    needs: NEEDS,
    env: BARE,
    run: async ({ send }) => {
      const asked = "authorization,content-type,x-supabase-api-version";
      const { status, headers, body } = await send("OPTIONS", "/user", {
        headers: { ...PREFLIGHT, "Access-Control-Request-Headers": asked },
      });
      assertEquals([status, body], [204, ""]);
      assertEquals(headers.get("Access-Control-Allow-Origin"), "*");
      assertEquals(headers.get("Access-Control-Allow-Methods"), "PUT");
      assertEquals(headers.get("Access-Control-Allow-Headers"), asked);
      assertEquals(headers.get("Access-Control-Allow-Credentials"), "true");
    },
  },
  {
    name: "OPTIONS is refused for other headers, and for other methods",
    needs: NEEDS,
    env: BARE,
    run: async ({ send }) => {
      const others = [
        { ...PREFLIGHT, "Access-Control-Request-Headers": "x-other" },
        { ...PREFLIGHT, "Access-Control-Request-Method": "BREW" },
      ];
      for (const headers of others) {
        const answer = await send("OPTIONS", "/user", { headers });
        assertEquals(answer.status, 204);
        assertEquals(answer.headers.get("Access-Control-Allow-Origin"), null);
        assertMatch(answer.headers.get("Vary") ?? "", /Origin/);
      }
    },
  },
  {
    name: "answers may be read by pages, those of refusal too",
    needs: NEEDS,
    run: async ({ send }) => {
      for (const path of ["/health", "/user", "/nothing"]) {
        const { headers } = await send("GET", path, { headers: PAGE });
        assertEquals(headers.get("Access-Control-Allow-Origin"), "*");
        assertEquals(headers.get("Access-Control-Expose-Headers"), EXPOSED);
      }
    },
  },
  {
    name: "unknown paths are answered with 404 in plain text",
    run: async ({ send }) => {
      const { status, headers, body } = await send("GET", "/nothing");
      assertEquals([status, body], [404, "404 page not found\n"]);
      assertEquals(headers.get("Content-Type"), "text/plain; charset=utf-8");
    },
  },
  {
    name: "other methods are answered with 405, which lists those that fit",
    run: async ({ send }) => {
      const { status, headers, body } = await send("DELETE", "/signup");
      assertEquals([status, headers.get("Allow"), body], [405, "POST", ""]);
    },
  },
  {
    name: "paths of sub-trees may end with a slash, others may not",
    run: async ({ send }) => {
      for (const path of SLASHED) {
        assertEquals((await send("GET", path)).status, 401, path);
      }
      for (const path of NOT_SLASHED) {
        assertEquals((await send("GET", path)).status, 404, path);
      }
    },
  },
  {
    name: "refusals are told in the format of the version that was asked for",
    run: async ({ send }) => {
      const message = "This endpoint requires a valid Bearer token";
      const now = await send("GET", "/user");
      assertEquals(now.body, { code: "no_authorization", message });
      assertEquals(now.headers.get("X-Supabase-Api-Version"), "2024-01-01");
      const headers = { "X-Supabase-Api-Version": "" };
      const then = await send("GET", "/user", { headers });
      assertEquals(then.body, {
        code: 401,
        error_code: "no_authorization",
        msg: message,
      });
      assertEquals(then.headers.get("x-sb-error-code"), "no_authorization");
      assertEquals(then.headers.get("X-Supabase-Api-Version"), null);
    },
  },
  {
    name: "answers of success do not repeat the version",
    run: async ({ send }) => {
      const { headers } = await send("GET", "/health");
      assertEquals(headers.get("X-Supabase-Api-Version"), null);
    },
  },
  ...refusals("POST /signup", {}, [
    {
      why: "for an empty body",
      answer: [
        400,
        "bad_json",
        "Could not parse request body as JSON: unexpected end of JSON input",
      ],
    },
    {
      why: "for a body that is no JSON",
      body: "x",
      answer: [
        400,
        "bad_json",
        "Could not parse request body as JSON: invalid character 'x' looking for beginning of value",
      ],
    },
    {
      why: "for an address that is a number",
      body: { email: 5 },
      answer: [
        400,
        "bad_json",
        "Could not parse request body as JSON: json: cannot unmarshal number into Go struct field SignupParams.email of type string",
      ],
    },
    {
      why: "for a form",
      form: { email: "ann@example.com", password: "password-1234" },
      answer: [400, "bad_json"],
    },
    {
      why: "for a body of more than a mebibyte",
      body: "x".repeat(1_048_577),
      answer: [
        413,
        "request_entity_too_large",
        "Request body too large (max 1048576 bytes)",
      ],
    },
  ]),
];
