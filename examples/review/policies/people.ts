/** Policies of one organisation: `delinea-iac review plan.json --live live.json --policies policies`. */
import {
  newAccessGate as gate,
  noDirectGrants as groupsOnly,
  type Policy,
  separationOfDuties,
} from 'delinea-iac/review';

/** Replaces the policy that ships under this name: here a direct right refuses the plan. */
export const noDirectGrants = groupsOnly({ level: 'error' });

/** Switches the policy off that ships under this name. */
export const newAccessGate: Policy = () => [];

/** Needs a label for every new right, not only for ownerships and roles. */
export const everyRight = gate({ rights: 'all', label: 'access-approved' });

export const fourEyes = separationOfDuties(['prod', 'stage'], { level: 'error' });

/** Warns if a contractor gets access. */
export const contractors: Policy = ({ changes }) =>
  changes
    .filter(({ change, principal }) => change === 'gained' && principal.name.startsWith('ext-'))
    .map(({ principal, right, scope, route }) => ({
      level: 'warning',
      message: `contractor ${principal.name} gets ${right} on ${scope.name}`,
      key: `${principal.id} ${right} ${scope.id} ${route.grant.id}`,
    }));
