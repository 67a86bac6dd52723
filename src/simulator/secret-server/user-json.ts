import type { UserRecord } from '../directory/records.js';
import type { Caller } from './request.js';
import type { SecretServerData } from './secret-server-data.js';

/** Returns the row of a user in a list (UserSummary). */
export function userSummary(data: SecretServerData, user: UserRecord): Record<string, unknown> {
  const { isLockedOut = false, isApplicationAccount = false } = data.local(user.id);
  return {
    id: data.numberOf('User', user.id),
    userName: user.userName,
    displayName: displayNameOf(user),
    emailAddress: emailOf(user) ?? '',
    enabled: user.active,
    created: user.created,
    lastLogin: '0001-01-01T00:00:00',
    ...data.domainOf(user.id),
    externalUserSource: data.mirror ? 'Platform' : 'None',
    platformIntegrationType: data.mirror ? 'Native' : 'None',
    twoFactorMethod: 'None',
    isApplicationAccount,
    isLockedOut,
    loginFailures: 0,
  };
}

/** Returns a single user (UserModel), which lacks two attributes of the row and has others, as its personal group. */
export function userModel(data: SecretServerData, user: UserRecord): Record<string, unknown> {
  const { domainName: _domainName, twoFactorMethod: _method, ...common } = userSummary(data, user);
  return {
    ...common,
    personalGroupId: data.numberOf('Group', user.id),
    adGuid: null,
    platformServiceUser: false,
    twoFactor: false,
    radiusTwoFactor: false,
    radiusUserName: null,
    duoTwoFactor: false,
    oathTwoFactor: false,
    fido2TwoFactor: false,
    unixAuthenticationMethod: 'Password',
  };
}

export function displayNameOf(user: UserRecord): string {
  return user.displayName ?? user.userName;
}

export function emailOf({ emails = [] }: UserRecord): string | undefined {
  return (emails.find(({ primary }) => primary) ?? emails[0])?.value;
}

/** Returns the account of the token (CurrentUserModel). */
export function currentUser({ mirror }: SecretServerData, { userId, name }: Caller, user?: UserRecord): object {
  return {
    id: userId,
    userName: name,
    displayName: user ? displayNameOf(user) : name,
    emailAddress: (user && emailOf(user)) ?? '',
    permissions: [],
    platformIntegrationType: mirror ? 'Native' : 'None',
    dateOptionId: 1,
    timeOptionId: 1,
    userLcid: 1033,
    userTheme: '',
  };
}
