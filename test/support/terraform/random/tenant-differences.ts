import type { SimulatorState } from '../../../../src/simulator/index.js';
import { type ExpectedTenant, fold, type Person, TEXTS } from './expected-tenant.js';

type Shown = SimulatorState['users'][number];

/** Returns the differences between expected and actual tenant in both directions. */
export function differencesOf({ people, teams, edges }: ExpectedTenant, state: SimulatorState): string[] {
  const named = (name: string) => [...people].find((one) => fold(one.name) === fold(name));
  const expected = [
    ...[...people].map((person) =>
      userFact(
        person.name,
        expectedOf(
          person,
          state.users.find(({ userName }) => fold(userName) === fold(person.name)),
        ),
      ),
    ),
    ...[...teams].map(({ name, attributes, members }) =>
      groupFact(
        name,
        attributes.description,
        [...members].map((one) => (one.kind === 'group' ? `group:${one.name}` : one.name)),
      ),
    ),
    ...edges.map(({ scope, holder, what }) => edgeFact(scope.split('/').at(-1)!, holder.kind, holder.name, what)),
  ];
  const live = [
    ...state.users.map((shown) => userFact(shown.userName, shownOf(shown, named(shown.userName)))),
    ...state.groups.map(({ displayName, description, members = [] }) => groupFact(displayName, description, members)),
    ...state.containerPermissions.map(({ container, user, group, right }) =>
      edgeFact(container, user === undefined ? 'group' : 'user', (user ?? group)!, right),
    ),
    ...state.roleBindings.map(({ role, user, group }) =>
      edgeFact(role, user === undefined ? 'group' : 'user', (user ?? group)!, ''),
    ),
  ];
  return [
    ...less(expected, live).map((fact) => `missing: ${fact}`),
    ...less(live, expected).map((fact) => `not meant: ${fact}`),
  ];
}

/** Returns a fact in NFC, the form into which Terraform converts every text. */
function userFact(name: string, facts: readonly unknown[]): string {
  return `user ${fold(name)} ${JSON.stringify(facts)}`.normalize('NFC');
}

function groupFact(name: string, description: string | undefined, members: readonly string[]): string {
  return `group ${fold(name)} ${JSON.stringify([description, members.map(fold).sort()])}`.normalize('NFC');
}

function edgeFact(scope: string, kind: string, holder: string, what: string): string {
  return `${fold(scope)} ${kind} ${fold(holder)} ${what}`;
}

/** Returns the expected attributes. Undeclared ones are taken from the tenant: a derived key, a primary flag, a type. */
function expectedOf({ attributes, active, manager, emails, phones }: Person, shown: Shown | undefined): unknown[] {
  const { emails: shownEmails = [], phoneNumbers = [], externalId } = shown ?? {};
  const primary = (address: string) => shownEmails.find(({ value }) => fold(value) === address)?.primary;
  const typeOf = (number: string) => phoneNumbers.find(({ value }) => value === number)?.type;
  return [
    active,
    TEXTS.map((name) => (name === 'external_id' && !(name in attributes) ? externalId : attributes[name])),
    manager?.deleted ? 'gone' : manager && fold(manager.name),
    Object.entries(emails)
      .map(([address, declared]) => `${address} ${declared ?? primary(address) ?? false}`)
      .sort(),
    Object.entries(phones)
      .map(([number, declared]) => `${number} ${declared ?? typeOf(number)}`)
      .sort(),
  ];
}

function shownOf(shown: Shown, person: Person | undefined): unknown[] {
  const { active, displayName, name = {}, title, department, externalId, manager } = shown;
  return [
    active,
    [displayName, name.givenName, name.familyName, title, department, externalId, undefined],
    person?.manager?.deleted ? 'gone' : manager && fold(manager),
    (shown.emails ?? []).map(({ value, primary = false }) => `${fold(value)} ${primary}`).sort(),
    (shown.phoneNumbers ?? []).map(({ value, type }) => `${value} ${type}`).sort(),
  ];
}

/** Returns the facts that the others lack, counting duplicates. */
function less(facts: readonly string[], others: readonly string[]): string[] {
  const left = [...facts];
  for (const fact of others) {
    const at = left.indexOf(fact);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}
