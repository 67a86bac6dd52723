import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { addressOf } from './instance.js';

test('address: distinct keys have distinct addresses, in the form of Terraform', () => {
  const group = { resource: resourceOf('group') };
  const names = ['管理', '開発', 'a b', 'a_b', 'a-b', 'a.b', 'a[0]', 'a_20_b', 'ab', 'AB', '😀', ' ', '', '_', '__'];
  const addresses = names.map((displayName) => addressOf(group, { displayName }));
  expect(new Set(addresses).size).toBe(names.length);
  for (const address of addresses) expect(address).toMatch(/^delinea_group\.[\w-]*$/);
});

test('address: the parts of a key are kept apart', () => {
  const edge = { resource: resourceOf('container-permission') };
  const of = (container: string, principalType: string, principalId: string) =>
    addressOf(edge, { container, principalType, principalId });
  expect(of('a-user', 'user', 'x')).not.toBe(of('a', 'user-user', 'x'));
  expect(of('a', 'user', 'x-y')).not.toBe(of('a', 'user-x', 'y'));
});
