import type { Hono } from 'hono';
import { userFields } from '../directory/directory.js';
import type { UserFields, UserRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { idOf, queryOf, route } from '../http/routes.js';
import { Filter, records } from './lists.js';
import {
  changesIn,
  found,
  invalid,
  readWrite,
  requirePathId,
  type SecretServerContext,
  type SecretServerEnv,
} from './request.js';
import type { SecretServerData } from './secret-server-data.js';
import { CREATE, OWN_OF_MIRROR, PATCH, UPDATE } from './user-fields.js';
import { currentUser, displayNameOf, emailOf, userModel, userSummary } from './user-json.js';

/** The shortest password of the simulated policy; a real one is configured. */
const SHORTEST_PASSWORD = 8;

/** Serves `/users`: local accounts, or mirror records of the Platform's users. */
export function addUsers(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  route(app, '/users', {
    GET: (context) => {
      const filter = new Filter(context);
      const rows = data
        .users()
        .filter((user) => user.active || filter.flag('includeInactive'))
        .filter((user) => filter.matches(user.userName, displayNameOf(user), emailOf(user)));
      return records(context, rows, (user) => userSummary(data, user));
    },
    POST: async (context) => {
      data.requireAdministration();
      const body = await readWrite(context.req.raw, CREATE, ['userName', 'password', 'displayName']);
      return Response.json(userModel(data, create(data, context, body)));
    },
  });
  route(app, '/users/current', {
    GET: (context) => {
      const caller = context.get('caller');
      return Response.json(currentUser(data, caller, data.user(caller.userId)));
    },
  });
  route(app, '/users/platform/:uuid', {
    GET: (context) => {
      const id = data.directory.platformIds.User.resolve(context.req.param('uuid') ?? '') ?? '';
      return Response.json(userModel(data, found(data.mirror?.users.get(id), 'User')));
    },
  });
  route(app, '/users/:id', {
    GET: (context) => {
      const user = found(data.seenUser(data.resolve('User', idOf(context))), 'User');
      // Assumption: without the parameter, a disabled user is not found (the parameter is seen in vendor scripts).
      const hidden = !user.active && queryOf(context).get('includeInactive')?.toLowerCase() !== 'true';
      return Response.json(userModel(data, found(hidden ? undefined : user, 'User')));
    },
    PATCH: async (context) => {
      const body = await readWrite(context.req.raw, PATCH);
      if (body.id !== undefined) requirePathId(context, body);
      const user = found(data.user(idOf(context)), 'User');
      return Response.json(userModel(data, change(data, context, user, changesIn(body))));
    },
    PUT: async (context) => {
      const body = await readWrite(context.req.raw, UPDATE, ['id']);
      requirePathId(context, body);
      const user = found(data.user(idOf(context)), 'User');
      return Response.json(userModel(data, change(data, context, user, body)));
    },
    DELETE: (context) => {
      const user = found(data.user(idOf(context)), 'User');
      found(user.active || undefined, 'User');
      change(data, context, user, { enabled: false }, 'DELETE');
      return Response.json({ id: Number(idOf(context)), objectType: 'User', responseCodes: [] });
    },
  });
}

function create(data: SecretServerData, context: SecretServerContext, body: Json): UserRecord {
  const { directory } = data;
  const {
    userName,
    displayName,
    emailAddress,
    enabled = true,
    isApplicationAccount,
    domainId = -1,
  } = body as {
    userName: string;
    displayName: string;
    emailAddress?: string;
    enabled?: boolean;
    isApplicationAccount?: boolean;
    domainId?: number;
  };
  requirePassword(body);
  if (domainId !== -1) throw invalid("'domainId' is not a known domain; -1 creates a local user.");
  if (directory.users.byName(userName).length > 0) throw invalid('A user with this user name already exists.');
  const fields = withEmail({ userName, displayName, active: enabled }, emailAddress);
  const user = directory.createUser(fields);
  if (isApplicationAccount) directory.saveLocal(user.id, { isApplicationAccount });
  data.audit(context.get('caller'), 'User', { id: user.id, name: userName }, 'CREATE');
  return user;
}

function change(
  data: SecretServerData,
  context: SecretServerContext,
  user: UserRecord,
  body: Json,
  action = 'UPDATE',
): UserRecord {
  const { displayName, emailAddress, enabled, isLockedOut, isApplicationAccount } = body as {
    displayName?: string;
    emailAddress?: string;
    enabled?: boolean;
    isLockedOut?: boolean;
    isApplicationAccount?: boolean;
  };
  const { directory } = data;
  if (Object.keys(body).some((key) => !OWN_OF_MIRROR.includes(key))) data.requireLocal('User', user.id);
  requirePassword(body);
  const local = {
    ...(isLockedOut !== undefined && { isLockedOut }),
    ...(isApplicationAccount !== undefined && { isApplicationAccount }),
  };
  if (Object.keys(local).length > 0) directory.saveLocal(user.id, local);
  data.audit(context.get('caller'), 'User', { id: user.id, name: user.userName }, action, fieldNames(body));
  if (data.mirror) return user;
  const fields = { ...userFields(user), ...(displayName !== undefined && { displayName }) };
  return directory.saveUser(user, withEmail({ ...fields, active: enabled ?? user.active }, emailAddress));
}

/** Names the changed fields, and never a value, since a password is among them. */
function fieldNames(body: Json): string {
  return Object.keys(body).join(', ');
}

function requirePassword({ password }: Json): void {
  if (typeof password === 'string' && password.length < SHORTEST_PASSWORD) {
    throw invalid(`The password must have at least ${SHORTEST_PASSWORD} characters.`);
  }
}

function withEmail(fields: UserFields, address: string | undefined): UserFields {
  if (address === undefined) return fields;
  const { emails: _emails, ...others } = fields;
  return address === '' ? others : { ...others, emails: [{ value: address, primary: true }] };
}
