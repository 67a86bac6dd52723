import { describe, expect, test } from '@jest/globals';
import { referenceFinder } from './terraform-references.js';

const group = (address: string, ...references: string[]) => ({
  address,
  mode: 'managed',
  expressions: { members: { references }, display_name: { constant_value: 'x' } },
});
const KNOWN = [
  'delinea_user.jane',
  'delinea_user.team["p1"]',
  'delinea_user.team["p.2 [x]"]',
  'delinea_user.many[0]',
  'delinea_user.many[1]',
  'module.ops["a"].delinea_user.jane',
  'module.ops["a"].delinea_group.g',
  'module.ops["b"].delinea_user.jane',
];
const find = (address: string, ...references: string[]) => {
  const root_module = { resources: [group(address.replace(/\[.*/, ''), ...references)] };
  return referenceFinder({ root_module }, KNOWN, ['data.delinea_user.late'])(address, 'members');
};

describe('referenceFinder', () => {
  test.each<[string, string[], string[], boolean]>([
    ['one resource', ['delinea_user.jane.id', 'delinea_user.jane'], ['delinea_user.jane'], true],
    [
      'one instance',
      ['delinea_user.team["p1"].id', 'delinea_user.team["p1"]', 'delinea_user.team'],
      ['delinea_user.team["p1"]'],
      true,
    ],
    [
      'one of count',
      ['delinea_user.many[1].id', 'delinea_user.many[1]', 'delinea_user.many'],
      ['delinea_user.many[1]'],
      true,
    ],
    ['all instances', ['delinea_user.many'], ['delinea_user.many[0]', 'delinea_user.many[1]'], false],
    ['a value of for_each', ['each.value'], [], false],
    ['a local value', ['delinea_user.jane', 'local.others'], ['delinea_user.jane'], false],
    [
      'a variable and a data source that was read',
      ['delinea_user.jane', 'var.x', 'data.delinea_user.ann.id'],
      ['delinea_user.jane'],
      true,
    ],
    ['a data source that the apply reads', ['data.delinea_user.late.id'], [], false],
    [
      'one instance and all',
      ['delinea_user.many[1].id', 'delinea_user.many[1]', 'delinea_user.many', 'delinea_user.many'],
      ['delinea_user.many[1]', 'delinea_user.many[0]'],
      false,
    ],
    ['an attribute that is not the id', ['delinea_group.g.members', 'delinea_group.g'], [], false],
    ['nothing', [], [], false],
  ])('%s', (_, references, addresses, isExact) => {
    expect(find('delinea_group.g', ...references)).toMatchObject({ addresses, isExact });
  });

  test('an index that is the own one', () => {
    expect(find('delinea_group.g["p1"]', 'delinea_user.team', 'each.key')).toMatchObject({
      addresses: ['delinea_user.team["p1"]'],
      isExact: true,
    });
  });

  test('names are those of the module', () => {
    const module = { resources: [group('delinea_group.g', 'delinea_user.jane.id', 'delinea_user.jane')] };
    const configuration = { root_module: { module_calls: { ops: { module } } } };
    expect(referenceFinder(configuration, KNOWN)('module.ops["a"].delinea_group.g', 'members')).toMatchObject({
      addresses: ['module.ops["a"].delinea_user.jane'],
      isExact: true,
    });
  });

  test('a data source of a module that the apply reads', () => {
    const module = { resources: [group('delinea_group.g', 'data.delinea_user.late.id', 'data.delinea_user.late')] };
    const configuration = { root_module: { module_calls: { ops: { module } } } };
    const found = referenceFinder(configuration, KNOWN, ['module.ops["a"].data.delinea_user.late'])(
      'module.ops["a"].delinea_group.g',
      'members',
    );
    expect(found).toMatchObject({ addresses: [], isExact: false });
  });

  test('an attribute that the code does not set', () => {
    expect(find('delinea_group.other', 'delinea_user.jane')).toBeDefined();
    expect(referenceFinder(undefined, KNOWN)('delinea_group.g', 'members')).toBeUndefined();
  });
});
