import { checkEmail, checkPhone } from "../addresses.ts";
import { auditAdmin } from "../audit.ts";
import { readBan } from "../bans.ts";
import type { Context } from "../context.ts";
import { json } from "../http.ts";
import { confirmedAt, userJson } from "../objects.ts";
import { addPasswordIdentity } from "../password_identities.ts";
import { checkPassword, hashPassword } from "../passwords.ts";
import type { Identity, Time, User } from "../records.ts";
import {
  confirmEmail,
  confirmPhone,
  createIdentity,
  identityOf,
  mergeIdentityData,
  mergeMetadata,
  refuseWrite,
  updateUser,
  writePassword,
} from "../users.ts";
import { ADMIN_USER_SHAPE, type AdminUserParams, targetUser } from "./users.ts";

/** `PUT /admin/users/{user_id}` (auth-server §15.4). */
export async function putUserById(context: Context): Promise<Response> {
  const loaded = targetUser(context);
  const params = await normalize(
    context,
    context.decode("AdminUserParams", ADMIN_USER_SHAPE),
  );
  const banned = readBan(context, params.ban_duration);
  const before = context.db.identities.list("user", loaded.id);
  try {
    const { user, added } = update(context, loaded, params, banned);
    return json(userJson(context.db, user, {
      confirmedAt: confirmedAt(loaded),
      identities: [...before, ...added],
    }));
  } catch (cause) {
    return refuseWrite(cause, "Error updating user");
  }
}

async function normalize(
  context: Context,
  params: AdminUserParams,
): Promise<AdminUserParams> {
  const email = params.email === "" ? "" : checkEmail(params.email);
  const phone = params.phone === "" ? "" : checkPhone(params.phone);
  if (params.password !== null) {
    await checkPassword(context, params.password);
  }
  return { ...params, email, phone };
}

interface Updated {
  readonly user: User;
  readonly added: readonly Identity[];
}

function update(
  context: Context,
  loaded: User,
  params: AdminUserParams,
  banned: Time | null | undefined,
): Updated {
  let user = params.role === ""
    ? loaded
    : updateUser(context, loaded, { role: params.role });
  if (params.email_confirm) user = confirmEmail(context, user);
  if (params.phone_confirm) user = confirmPhone(context, user);
  if (params.password !== null) {
    const hash = hashPassword(context.server.random, params.password);
    const written = writePassword(context, user, hash);
    user = addPasswordIdentity(context, loaded, written);
  }
  const email = setAddress(
    context,
    user,
    "email",
    params.email,
    params.email_confirm,
  );
  const phone = setAddress(
    context,
    email.user,
    "phone",
    params.phone,
    params.phone_confirm,
  );
  user = updateUser(context, phone.user, {
    app_metadata: mergeMetadata(phone.user.app_metadata, params.app_metadata),
    user_metadata: mergeMetadata(
      phone.user.user_metadata,
      params.user_metadata,
    ),
    ...(banned === undefined ? {} : { banned_until: banned }),
  });
  auditAdmin(context, "user_modified", {
    traits: {
      user_id: user.id,
      user_email: user.email,
      user_phone: user.phone,
    },
  });
  return { user, added: [...email.added, ...phone.added] };
}

/** Sets an address at once, together with its identity. */
function setAddress(
  context: Context,
  user: User,
  provider: "email" | "phone",
  address: string,
  confirmed: boolean,
): Updated {
  if (address === "") return { user, added: [] };
  const known = identityOf(context, user, provider);
  const data = { [provider]: address, [`${provider}_verified`]: confirmed };
  if (known !== undefined) mergeIdentityData(context, known, data);
  const added = known === undefined
    ? [createIdentity(context, user, provider, {
      sub: user.id,
      email_verified: false,
      phone_verified: false,
      ...data,
    })]
    : [];
  const becomesPermanent = user.is_anonymous && confirmed;
  const changed = updateUser(context, user, {
    [provider]: address,
    ...(becomesPermanent ? { is_anonymous: false } : {}),
  });
  return { user: changed, added };
}
