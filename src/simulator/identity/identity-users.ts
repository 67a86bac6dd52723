import { userFields } from '../directory/directory.js';
import { mailOf, type UserFields, type UserRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import { type IdentityCalls, textArg } from './identity-call.js';

/**
 * Returns the calls on users, as the vendor's live test sends them. Ids are UUIDs in every tenant. No call is documented
 * that disables a user, so there is none; the report on users shows the status. A password is checked for presence and never
 * kept. Assumptions: the name needs a suffix, names are unique without case, `ChangeUser` renames, and of several users to
 * remove none is removed if one is unknown.
 */
export function userCalls({ directory }: Tenant): IdentityCalls {
  const descriptions = new Map<string, string>();
  const describe = (id: string, { Description }: Json) => {
    if (typeof Description === 'string') descriptions.set(id, Description);
  };
  const known = (user: UserRecord | undefined) => {
    if (!user) throw new Refusal(200, 'The user was not found.');
    return user;
  };
  const requireFree = (name: string, own?: string) => {
    if (!/^[^@]+@[^@]+$/.test(name)) throw new Refusal(200, 'The user name must have the form name@suffix.');
    if (directory.users.byName(name).some(({ id }) => id !== own))
      throw new Refusal(200, 'A user with this name exists.');
  };
  return {
    'CDirectoryService/CreateUser': {
      writes: 'users',
      run: (args) => {
        const name = textArg(args, 'Name');
        textArg(args, 'Password');
        requireFree(name);
        const { id } = directory.createUser(changed({ userName: name, active: true }, args));
        describe(id, args);
        return id;
      },
    },
    'CDirectoryService/ChangeUser': {
      writes: 'users',
      run: (args) => {
        const user = known(directory.users.get(textArg(args, 'ID')));
        if (args.Name !== undefined) requireFree(textArg(args, 'Name'), user.id);
        directory.saveUser(user, changed(userFields(user), args));
        describe(user.id, args);
        return null;
      },
    },
    'UserMgmt/GetUserAttributes': {
      run: (args) => {
        const user = known(directory.users.seen(textArg(args, 'ID')));
        return {
          Name: user.userName,
          Mail: mailOf(user) ?? '',
          DisplayName: user.displayName ?? '',
          Description: descriptions.get(user.id) ?? '',
        };
      },
    },
    'UserMgmt/RemoveUsers': {
      writes: 'users',
      run: ({ Users }) => {
        if (!Array.isArray(Users) || Users.length === 0) throw new Refusal(200, "The argument 'Users' is missing.");
        const users = Users.map((id) => known(directory.users.get(String(id))));
        for (const { id } of users) directory.deleteUser(id);
        return null;
      },
    },
  };
}

/** Returns the fields with the arguments that a call has. An empty text clears. */
function changed(fields: UserFields, { Name, Mail, DisplayName }: Json): UserFields {
  const { displayName, emails, ...others } = fields;
  const shown = typeof DisplayName === 'string' ? DisplayName : displayName;
  const mails = typeof Mail === 'string' ? (Mail ? [{ value: Mail, primary: true }] : undefined) : emails;
  return {
    ...others,
    ...(typeof Name === 'string' && { userName: Name }),
    ...(shown && { displayName: shown }),
    ...(mails && { emails: mails }),
  };
}
