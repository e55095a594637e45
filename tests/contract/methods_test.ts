/**
 * The 43 methods of the Python client, and where the contract shows each: a
 * success, and a refusal where there can be one.
 */
import { assert, assertEquals } from "@std/assert";
import { SUITE } from "./suite.ts";

const LOCAL = "never asks the server";

/** Python's name, the function or method here, and why it cannot be refused. */
const METHODS: readonly (readonly [string, string, string?])[] = [
  ["initialize", "AuthClient.initialize"],
  ["initialize_from_storage", "AuthClient.initialize"],
  ["initialize_from_url", "AuthClient.initialize"],
  ["on_auth_state_change", "AuthClient.onAuthStateChange", LOCAL],
  ["sign_up", "signUp"],
  ["sign_in_anonymously", "signInAnonymously"],
  ["sign_in_with_password", "signInWithPassword"],
  ["sign_in_with_otp", "signInWithOtp"],
  ["verify_otp", "verifyOtp"],
  ["sign_in_with_oauth", "signInWithOAuth", LOCAL],
  ["sign_in_with_id_token", "signInWithIdToken"],
  ["sign_in_with_sso", "signInWithSSO"],
  ["exchange_code_for_session", "exchangeCodeForSession"],
  ["resend", "resend"],
  ["reset_password_for_email", "resetPasswordForEmail"],
  ["reset_password_email", "resetPasswordForEmail"],
  ["reauthenticate", "reauthenticate"],
  ["get_session", "AuthClient.getSession"],
  ["get_user", "getUser"],
  ["update_user", "updateUser"],
  ["set_session", "AuthClient.setSession"],
  ["refresh_session", "refreshSession"],
  ["sign_out", "signOut"],
  ["get_user_identities", "getUserIdentities"],
  ["link_identity", "linkIdentity"],
  ["unlink_identity", "unlinkIdentity"],
  ["mfa.enroll", "mfaEnroll"],
  ["mfa.challenge", "mfaChallenge"],
  ["mfa.verify", "mfaVerify"],
  ["mfa.challenge_and_verify", "AuthMfa.challengeAndVerify"],
  ["mfa.unenroll", "mfaUnenroll"],
  ["mfa.list_factors", "mfaListFactors"],
  [
    "mfa.get_authenticator_assurance_level",
    "AuthMfa.getAuthenticatorAssuranceLevel",
    LOCAL,
  ],
  ["admin.sign_out", "AdminClient.signOut"],
  ["admin.invite_user_by_email", "inviteUserByEmail"],
  ["admin.generate_link", "generateLink"],
  ["admin.create_user", "createUser"],
  ["admin.list_users", "listUsers"],
  ["admin.get_user_by_id", "getUserById"],
  ["admin.update_user_by_id", "updateUserById"],
  ["admin.delete_user", "deleteUser"],
  ["admin.mfa.list_factors", "AdminMfa.listFactors"],
  ["admin.mfa.delete_factor", "AdminMfa.deleteFactor"],
];

const REFUSAL = /\(\) (is refused|throws|does not use)/;

Deno.test("the contract covers each of the 43 methods of the Python client", async (t) => {
  assertEquals(new Set(METHODS.map(([name]) => name)).size, 43);
  for (const [python, name, reason] of METHODS) {
    await t.step(`${python}: ${reason ?? "success and refusal"}`, () => {
      const cases = SUITE.map((each) => each.name)
        .filter((each) => each.startsWith(`${name}()`));
      assert(cases.some((each) => !REFUSAL.test(each)), "No success is shown");
      const isRefused = cases.some((each) => REFUSAL.test(each));
      assertEquals(isRefused, reason === undefined);
    });
  }
});

Deno.test("cases of the contract have names of their own", () => {
  const names = SUITE.map((each) => each.name);
  assertEquals(names.length, new Set(names).size);
});
