/** What the routes of administrators refuse (auth-server §15), besides what the client's cases show. */
import { assertEquals } from "@std/assert";
import { E164, invalid, MALFORMED } from "./addresses.ts";
import { PASSWORD } from "./assertions.ts";
import { signedUp } from "./people.ts";
import { NOBODYS, type Refusal, refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const USERS = "/admin/users";
const ADMIN = { as: "admin" } as const;
const TAKEN = [
  422,
  "email_exists",
  "A user with this email address has already been registered",
] as const;

/** A path below `/admin/users` that leads to nobody. */
function toNobody(rest = ""): readonly Refusal[] {
  return [
    {
      why: "for an id that is none",
      at: `${USERS}/abc${rest}`,
      answer: [404, "validation_failed", "user_id must be an UUID"],
    },
    {
      why: "for a user of nobody",
      at: `${USERS}/${NOBODYS}${rest}`,
      answer: [404, "user_not_found", "User not found"],
    },
  ];
}

const OF_USERS: readonly Refusal[] = [
  { why: "for a body that is no JSON", body: "{", answer: [400, "bad_json"] },
  {
    why: "for an id that is taken",
    given: async (world) => ({
      body: { id: (await signedUp(world)).user.id, email: world.email() },
    }),
    answer: [
      500,
      "unexpected_failure",
      "Database error creating new user",
    ],
  },
  {
    why: "for nobody",
    body: { email: "" },
    answer: invalid("Cannot create a user without either an email or phone"),
  },
  {
    why: "for a malformed address",
    body: { email: "x" },
    answer: invalid(MALFORMED),
  },
  {
    why: "for an address that is taken",
    given: async (world) => ({
      body: { email: (await signedUp(world)).email },
    }),
    answer: TAKEN,
  },
  {
    why: "for a malformed number",
    body: { email: "", phone: "12ab" },
    answer: invalid(E164),
  },
  {
    why: "for a number that is taken",
    given: async (world) => {
      const phone = world.phone();
      await world.admin.createUser({ phone, phone_confirm: true });
      return { body: { email: "", phone } };
    },
    answer: [
      422,
      "phone_exists",
      "Phone number already registered by another user",
    ],
  },
  {
    why: "for password and hash at once",
    body: { password: "x", password_hash: "y" },
    answer: invalid("Only a password or a password hash should be provided"),
  },
  {
    why: "for a hash of no kind",
    body: { password_hash: "y" },
    answer: [500, "unexpected_failure", "Error creating user"],
  },
  {
    why: "for an id that is none",
    body: { id: "abc" },
    answer: invalid("ID must conform to the uuid v4 format"),
  },
  {
    why: "for the id of nothing",
    body: { id: "00000000-0000-0000-0000-000000000000" },
    answer: invalid("ID cannot be a nil uuid"),
  },
  {
    why: "for a ban of days",
    body: { ban_duration: "1d" },
    answer: invalid(
      'invalid format for ban duration: time: unknown unit "d" in duration "1d"',
    ),
  },
];

/** What is answered where nothing more is said. */
const FAILURE = [500, "unexpected_failure", "Internal Server Error"] as const;

const OF_LISTS: readonly (readonly [query: string, text: string])[] = [
  [
    "page=x",
    'Bad Pagination Parameters: strconv.ParseUint: parsing "x": invalid syntax',
  ],
  [
    "per_page=-1",
    'Bad Pagination Parameters: strconv.ParseUint: parsing "-1": invalid syntax',
  ],
  ["sort=email", "Bad Sort Parameters: bad field for sort 'email'"],
  [
    "sort=created_at+up",
    "Bad Sort Parameters: bad direction for sort 'up', only 'asc' and 'desc' allowed",
  ],
];

const OF_LINKS: readonly Refusal[] = [
  {
    why: "without an address",
    body: { email: "" },
    answer: invalid("An email address is required"),
  },
  {
    why: "for a malformed address",
    body: { email: "x" },
    answer: invalid(MALFORMED),
  },
  {
    why: "of type signup without a password",
    body: { type: "signup" },
    answer: invalid("Signup requires a valid password"),
  },
  ...["recovery", "email_change_new"].map((type): Refusal => ({
    why: `of type ${type} for somebody unknown`,
    body: { type, new_email: "new@example.com" },
    answer: [404, "user_not_found", "User with this email not found"],
  })),
  {
    why: "of type email_change_current where one link is enough",
    env: { GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED: "false" },
    given: async (world) => ({
      body: {
        type: "email_change_current",
        email: (await signedUp(world)).email,
        new_email: world.email(),
      },
    }),
    answer: invalid(
      "Enable secure email change to generate link for current email",
    ),
  },
  {
    why: "of type email_change_new to an address that is taken",
    given: async (world) => ({
      body: {
        type: "email_change_new",
        email: (await signedUp(world)).email,
        new_email: (await signedUp(world)).email,
      },
    }),
    answer: TAKEN,
  },
  ...["signup", "invite"].map((type): Refusal => ({
    why: `of type ${type} for somebody confirmed`,
    given: async (world) => ({
      body: {
        type,
        email: (await signedUp(world)).email,
        password: PASSWORD,
      },
    }),
    answer: TAKEN,
  })),
  {
    why: "of a type that there is not",
    given: async (world) => ({
      body: { type: "other", email: (await signedUp(world)).email },
    }),
    answer: invalid("Invalid email action link type requested: other"),
  },
];

const OF_INVITATIONS: readonly Refusal[] = [
  {
    why: "without an address",
    body: { email: "" },
    answer: invalid("An email address is required"),
  },
  {
    why: "for somebody confirmed",
    given: async (world) => ({
      body: { email: (await signedUp(world)).email },
    }),
    answer: TAKEN,
  },
];

export const REFUSED_ADMINISTRATION: readonly ContractCase[] = [
  ...refusals(
    `POST ${USERS}`,
    { ...ADMIN, body: { email: "new@example.com" } },
    OF_USERS,
  ),
  ...refusals(
    `GET ${USERS}`,
    ADMIN,
    OF_LISTS.map(([query, text]) => ({
      why: `for ${query}`,
      at: `${USERS}?${query}`,
      answer: invalid(text),
    })),
  ),
  ...refusals(`GET ${USERS}`, ADMIN, [{
    why: "for pages of nobody, at which the server fails",
    at: `${USERS}?per_page=0`,
    answer: FAILURE,
  }]),
  ...refusals(`POST ${USERS}`, ADMIN, [{
    why: "for a password beyond 72 bytes, at which the server fails",
    given: ({ email }) => ({
      body: { email: email(), password: "p".repeat(73) },
    }),
    answer: FAILURE,
  }]),
  ...["GET", "PUT", "DELETE"].flatMap((method) =>
    refusals(`${method} ${USERS}/{user_id}`, {
      ...ADMIN,
      ...method === "PUT" && { body: {} },
    }, toNobody())
  ),
  ...refusals(`GET ${USERS}/{user_id}/factors`, ADMIN, toNobody("/factors")),
  ...refusals(`DELETE ${USERS}/{user_id}/factors/{factor_id}`, ADMIN, [{
    why: "for an id that is none",
    given: async (world) => ({
      at: `${USERS}/${(await signedUp(world)).user.id}/factors/abc`,
    }),
    answer: [404, "validation_failed", "factor_id must be an UUID"],
  }]),
  ...refusals(`GET ${USERS}`, {
    ...ADMIN,
    env: { GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED: "true" },
  }, [
    {
      why: "for a limit of nothing",
      at: `${USERS}?limit=0`,
      answer: invalid(
        "Bad Pagination Parameters: limit must be greater than 0",
      ),
    },
    {
      why: "for a cursor that is none",
      at: `${USERS}?cursor=$`,
      answer: [400, "validation_failed"],
    },
  ]),
  {
    name: `GET ${USERS} goes on from a cursor`,
    env: { GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED: "true" },
    run: async (world) => {
      await signedUp(world);
      await signedUp(world);
      const token = world.serviceKey;
      const path = `${USERS}?limit=1`;
      const first = await world.send("GET", path, { token });
      const { next_cursor, has_more } = first.body.pagination;
      assertEquals([first.body.users.length, has_more], [1, true]);
      const second = await world.send(
        "GET",
        `${path}&cursor=${encodeURIComponent(next_cursor)}`,
        { token },
      );
      assertEquals(second.body.users.length, 1);
      assertEquals(second.body.users[0].id === first.body.users[0].id, false);
    },
  },
  ...refusals(
    `PUT ${USERS}/{user_id}`,
    ADMIN,
    [
      ["for a malformed address", { email: "x" }, invalid(MALFORMED)] as const,
      ["for a malformed number", { phone: "12ab" }, invalid(E164)] as const,
      [
        "for an empty password",
        { password: "" },
        [422, "weak_password"],
      ] as const,
      [
        "for a ban of no length",
        { ban_duration: "5" },
        invalid(
          'invalid format for ban duration: time: missing unit in duration "5"',
        ),
      ] as const,
    ].map(([why, body, answer]): Refusal => ({
      why,
      body,
      answer,
      given: async (world) => ({
        at: `${USERS}/${(await signedUp(world)).user.id}`,
      }),
    })),
  ),
  ...refusals(`PUT ${USERS}/{user_id}`, ADMIN, [{
    why: "for somebody else's address",
    given: async (world) => ({
      at: `${USERS}/${(await signedUp(world)).user.id}`,
      body: { email: (await signedUp(world)).email },
    }),
    answer: [500, "unexpected_failure", "Error updating user"],
  }]),
  ...refusals(
    "POST /admin/generate_link",
    { ...ADMIN, body: { email: "nobody@example.com", type: "magiclink" } },
    OF_LINKS,
  ),
  ...refusals("POST /invite", ADMIN, OF_INVITATIONS),
  {
    name:
      "POST /admin/generate_link signs somebody unknown up for type magiclink",
    env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
    run: async ({ email: newAddress, send, serviceKey: token }) => {
      const email = newAddress();
      const redirect_to = "http://localhost:3000/in";
      const { status, body } = await send("POST", "/admin/generate_link", {
        token,
        body: { type: "magiclink", email, redirect_to },
      });
      assertEquals([status, body.verification_type, body.redirect_to], [
        200,
        "signup",
        redirect_to,
      ]);
    },
  },
];
