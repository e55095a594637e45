/** `POST /invite`, `POST /admin/generate_link`: invite_user_by_email, generate_link. */
import {
  generateLink,
  type GenerateLinkParams,
  inviteUserByEmail,
} from "@gotrue/edge/admin";
import { verifyOtp } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import type { ContractCase, World } from "./world.ts";

type LinkType = GenerateLinkParams["type"];

/** What a link of a type is asked for with. */
function paramsFor(type: LinkType, email: string, newEmail: string) {
  return { type, email, newEmail, password: PASSWORD } as GenerateLinkParams;
}

/** Whether the person must exist before a link can be made for them. */
const KNOWN: readonly LinkType[] = [
  "recovery",
  "magiclink",
  "email_change_current",
  "email_change_new",
];

const TYPES: readonly LinkType[] = ["signup", "invite", ...KNOWN];

function linkCase(type: LinkType): ContractCase {
  return {
    name: `generateLink() makes a link of type ${type}`,
    run: async ({ admin, adminConfig, email }) => {
      const address = email();
      if (KNOWN.includes(type)) {
        await admin.createUser({ email: address, email_confirm: true });
      }
      const params = paramsFor(type, address, email());
      const { properties, user } = await generateLink(adminConfig, params);
      assertEquals(user.email, address);
      assert(properties.action_link.includes("/verify?"));
      assert(/^\d{6}$/.test(properties.email_otp));
      assertEquals(
        properties.verification_type,
        type.replace(/_(current|new)$/, (all) => all),
      );
    },
  };
}

async function signInByLink({ admin, config, email }: World): Promise<void> {
  const address = email();
  const { properties } = await admin.generateLink({
    type: "signup",
    email: address,
    password: PASSWORD,
  });
  const { hashed_token: token_hash } = properties;
  const { user } = await verifyOtp(config, { token_hash, type: "signup" });
  assertEquals(user.email, address);
}

export const LINKS: readonly ContractCase[] = [
  ...TYPES.map(linkCase),
  {
    name: "generateLink() makes a hash that signs in",
    run: signInByLink,
  },
  {
    name: "generateLink() is refused for the recovery of somebody unknown",
    run: async ({ adminConfig, email }) => {
      const params = { type: "recovery", email: email() } as const;
      const call = generateLink(adminConfig, params);
      await assertRefused(call, 404, "user_not_found");
    },
  },
  {
    name: "generateLink() is refused for the invitation of somebody confirmed",
    run: async ({ admin, email }) => {
      const address = email();
      await admin.createUser({ email: address, email_confirm: true });
      const params = { type: "invite", email: address } as const;
      await assertRefused(admin.generateLink(params), 422, "email_exists");
    },
  },
  {
    name: "generateLink() is refused for a type that there is not",
    run: async ({ admin, email }) => {
      const params = { type: "other" as "invite", email: email() };
      await assertRefused(admin.generateLink(params), 400, "validation_failed");
    },
  },
  {
    name: "generateLink() is refused without the service key",
    run: async ({ config, email }) => {
      const params = { type: "invite", email: email() } as const;
      const call = generateLink(config, params);
      await assertRefused(call, 403, "not_admin");
    },
  },
  {
    name: "inviteUserByEmail() makes a user who is invited",
    run: async ({ adminConfig, email }) => {
      const address = email();
      const options = { data: { team: "blue" } };
      const { user } = await inviteUserByEmail(adminConfig, address, options);
      assert(user.invited_at instanceof Date);
      assertEquals(user.user_metadata, { team: "blue" });
    },
  },
  {
    name: "inviteUserByEmail() is refused for somebody confirmed",
    run: async ({ admin, email }) => {
      const address = email();
      await admin.createUser({ email: address, email_confirm: true });
      const call = admin.inviteUserByEmail(address);
      await assertRefused(call, 422, "email_exists");
    },
  },
  {
    name: "inviteUserByEmail() is refused without the service key",
    run: async ({ config, email }) => {
      const call = inviteUserByEmail(config, email());
      await assertRefused(call, 403, "not_admin");
    },
  },
];
