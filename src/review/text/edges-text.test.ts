import { expect, test } from '@jest/globals';
import type { Operation, ResourceChange, Step, Values } from '../../provider/index.js';
import { driftOf } from '../drift/drift-report.js';
import { driftText } from '../drift/drift-text.js';
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

test('planText: lists the edges of an authoritative resource that change, and counts the others', () => {
  expect(planText(samplePlan([mixed()]), plain)).toContain(
    [
      '  # delinea_container_permissions.prod will be updated in place (1 granted, 1 changed, 1 adopted, 1 forgotten, 2 revoked)',
      '  ~ resource "delinea_container_permissions" "prod" {  # permissions on prod',
      '      + Owner of jane on prod',
      '      ~ Owner of sre on prod (now View)',
      '      = Edit of bob on prod',
      '      . Edit of zoe on prod',
      '      - Owner of adam on prod',
      '      - View of mallory on prod',
      '        # (2 unchanged assignments hidden)',
      '    }',
    ].join('\n'),
  );
});

test('planText: counts an authoritative resource as one change and adds the number of revoked edges', () => {
  expect(planText(samplePlan([mixed()]), plain)).toContain(
    'Plan: 0 to add, 1 to change (2 assignments revoked), 0 to remove.',
  );
  const going = set('revoke', edge('revoke', 'Owner of jane on prod'));
  const shown = planText(samplePlan([going]), plain);
  expect(shown).toContain('# delinea_container_permissions.prod will be revoked (1 revoked)\n');
  expect(shown).toContain('Plan: 0 to add, 0 to change, 1 to remove (1 revoked).');
});

test('planText: prints an authoritative resource without changed edges on one line', () => {
  expect(planText(samplePlan([set('create')]), plain)).toContain(
    '  # delinea_container_permissions.prod will be created\n  + resource "delinea_container_permissions" "prod"  # permissions on prod\n',
  );
});

test('driftText: marks edges that are only in the tenant or only in code', () => {
  const shown = driftText(driftOf(samplePlan([mixed()])), plain);
  expect(shown).toContain('~ delinea_container_permissions.prod differs from the code  # permissions on prod');
  expect(shown).toContain('      + View of mallory on prod\n');
  expect(shown).toContain('      - Owner of jane on prod\n');
  expect(shown).toContain('      ~ Owner of sre on prod (now View)\n');
});

test('planText: escapes the label of an edge, so that it cannot forge a line', () => {
  const shown = planText(samplePlan([set('update', edge('create', 'x\n  # Plan: nothing\u001b[2K'))]), plain);
  expect(shown).not.toContain('\n  # Plan: nothing');
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
