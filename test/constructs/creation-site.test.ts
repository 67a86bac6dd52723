import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { App, TerraformStack, Testing } from 'cdktf';
import { DelineaProvider, DelineaUser, Right } from '../../src/constructs/index.js';

/** Returns the recorded place of each resource. */
function places(app: App): (string | undefined)[] {
  const stack = new TerraformStack(app, 'people');
  new DelineaProvider(stack, 'delinea');
  const jane = new DelineaUser(stack, 'jane', { userName: 'jane@example.com' });
  jane.grant('prod', Right.VIEW);
  const { resource } = stack.toTerraform() as {
    resource: Record<string, Record<string, { '//': { source?: string } }>>;
  };
  return Object.values(resource).flatMap((byName) => Object.values(byName).map((block) => block['//'].source));
}

test('the stack has the file and line that create a construct, also of a grant', () => {
  const found = places(new App({ outdir: tmpdir() }));
  expect(found).toHaveLength(2);
  for (const place of found) expect(place).toMatch(/^test\/constructs\/creation-site\.test\.ts:\d+$/);
});

test('an app without stack traces has none', () => {
  expect(places(Testing.app())).toEqual([undefined, undefined]);
});
