import { expect, test } from '@jest/globals';
import type { Operation, ResourceChange, Step, Values } from '../provider/index.js';
import { driftText } from './drift-text.js';
import { plain } from './paint.js';
import { planText } from './plan-text.js';
import { sampleChange, samplePlan } from './sample-plan.fixture.js';

function edge(operation: Operation, label: string, before: Values = {}): Step {
  return sampleChange(operation, 'container-permission', label, { label, before }).delinea;
}

function set(operation: Operation, ...edgeSteps: Step[]): ResourceChange {
  const change = sampleChange(operation, 'container-permissions', 'prod', { label: 'permissions on prod' });
  return { ...change, delinea: { ...change.delinea, edgeSteps } };
}

const mixed = () =>
  set(
    'update',
    edge('revoke', 'View of mallory on prod'),
    edge('none', 'Edit of kim on prod'),
    edge('replace', 'Owner of sre on prod', { right: 'View' }),
    edge('create', 'Owner of jane on prod'),
    edge('record', 'Edit of eve on prod'),
    edge('adopt', 'Edit of bob on prod'),
    edge('forget', 'Edit of zoe on prod'),
    edge('revoke', 'Owner of adam on prod'),
  );

test('a set tells each edge that is given, changed or taken away, and hides the others', () => {
  expect(planText(samplePlan([mixed()]), plain)).toContain(
    [
      '  # delinea_container_permissions.prod will be updated in place (1 given, 1 changed, 1 adopted, 1 forgotten, 2 revoked)',
      '  ~ resource "delinea_container_permissions" "prod" {  # permissions on prod',
      '      + Owner of jane on prod',
      '      ~ Owner of sre on prod (now View)',
      '      = Edit of bob on prod',
      '      . Edit of zoe on prod',
      '      - Owner of adam on prod',
      '      - View of mallory on prod',
      '        # (2 unchanged edges hidden)',
      '    }',
    ].join('\n'),
  );
});

test('a set counts as one change, and the edges that it revokes are told beside it', () => {
  expect(planText(samplePlan([mixed()]), plain)).toContain(
    'Plan: 0 to add, 1 to change (2 edges revoked), 0 to remove.',
  );
  const going = set('revoke', edge('revoke', 'Owner of jane on prod'));
  const shown = planText(samplePlan([going]), plain);
  expect(shown).toContain('# delinea_container_permissions.prod will be revoked (1 revoked)\n');
  expect(shown).toContain('Plan: 0 to add, 0 to change, 1 to remove (1 revoked).');
});

test('what gives nothing and takes nothing says so without braces', () => {
  expect(planText(samplePlan([set('create')]), plain)).toContain(
    '  # delinea_container_permissions.prod will be created\n  + resource "delinea_container_permissions" "prod"  # permissions on prod\n',
  );
});

test('drift says what the tenant has beyond the code, and what it lacks', () => {
  const shown = driftText(samplePlan([mixed()]), plain);
  expect(shown).toContain('~ delinea_container_permissions.prod is not as declared  # permissions on prod');
  expect(shown).toContain('      + View of mallory on prod\n');
  expect(shown).toContain('      - Owner of jane on prod\n');
  expect(shown).toContain('      ~ Owner of sre on prod (now View)\n');
});

test('the label of an edge cannot forge a line', () => {
  const shown = planText(samplePlan([set('update', edge('create', 'x\n  # Plan: nothing\u001b[2K'))]), plain);
  expect(shown).not.toContain('\n  # Plan: nothing');
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
