import { dirty, type Fields, filled, flag, id, ids, oneOf, text } from './request.js';

/** Settings that are accepted and not simulated. */
const LOGIN_SETTINGS: Fields = {
  twoFactor: flag,
  radiusTwoFactor: flag,
  radiusUserName: text,
  duoTwoFactor: flag,
  oathTwoFactor: flag,
  fido2TwoFactor: flag,
  unixAuthenticationMethod: oneOf('Password', 'PublicKey', 'PasswordOrPublicKey', 'PasswordAndPublicKey'),
};

export const CREATE: Fields = {
  userName: filled,
  password: filled,
  displayName: filled,
  emailAddress: text,
  enabled: flag,
  domainId: id,
  adGuid: text,
  isApplicationAccount: flag,
  ...LOGIN_SETTINGS,
};

/** UserUpdateArgs: without `userName`, which is immutable. */
export const UPDATE: Fields = {
  id,
  displayName: filled,
  emailAddress: text,
  enabled: flag,
  isLockedOut: flag,
  isApplicationAccount: flag,
  loginFailures: id,
  password: filled,
  dateOptionId: id,
  timeOptionId: id,
  groupOwners: ids,
  isGroupOwnerUpdate: flag,
  ...LOGIN_SETTINGS,
};

/** PatchUserModel: each value is wrapped, without an envelope. */
export const PATCH: Fields = {
  id,
  displayName: dirty(filled),
  emailAddress: dirty(text),
  enabled: dirty(flag),
  isLockedOut: dirty(flag),
  password: dirty(filled),
  isApplicationAccount: dirty(flag),
  loginFailures: dirty(id),
  dateOptionId: dirty(id),
  timeOptionId: dirty(id),
  ipAddressRestrictionIds: dirty(ids),
  slackId: dirty(text),
  groupOwners: ids,
  isGroupOwnerUpdate: flag,
  ...Object.fromEntries(Object.entries(LOGIN_SETTINGS).map(([key, check]) => [key, dirty(check)])),
};

/** Attributes of a mirror record that Secret Server owns. Which ones, is an assumption. */
export const OWN_OF_MIRROR = ['id', 'isLockedOut', 'groupOwners', 'isGroupOwnerUpdate'];
