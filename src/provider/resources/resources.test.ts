import { describe, expect, test } from '@jest/globals';
import { isEdge } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import { attributeOf, type Resource } from '../model/resource.js';
import { fieldsOf } from '../model/wire.js';
import { defaultRouting, surfaces, surfacesServing } from '../settings/surfaces.js';
import { carrierKinds, edgeResourceOf, routedAs, scopeKind } from './edge-words.js';
import { resourceOf, resources } from './index.js';

const KINDS = resources.map(({ type }) => type);
const names = (resource: Resource) => resource.attributes.map(({ name }) => name);

test('no two kinds share a type, a title or a plural', () => {
  for (const word of ['type', 'title', 'plural'] as const) {
    const words = resources.map((resource) => resource[word].toLowerCase());
    expect(new Set(words).size).toBe(words.length);
  }
});

test('a kind is found by its type', () => {
  for (const resource of resources) expect(resourceOf(resource.type)).toBe(resource);
  expect(() => resourceOf('vault')).toThrow(expect.objectContaining({ code: 'stack_invalid' }));
});

test('every kind has a home surface', () => {
  expect(Object.keys(defaultRouting).sort()).toEqual([...new Set(resources.map(routedAs))].sort());
});

describe.each(resources.map((resource) => [resource.type, resource] as const))('%s', (type, resource) => {
  test('has a name from which all other names derive', () => {
    expect(type).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(resource.title).toBe(type.replace(/(^|-)(.)/g, (_, _dash, letter: string) => letter.toUpperCase()));
    expect(resource.description).toMatch(/\.$/);
    expect(resource.plural).toMatch(/s$/);
  });

  test('has described attributes with unique camelCase names', () => {
    expect(new Set(names(resource)).size).toBe(resource.attributes.length);
    for (const { name, description, fields } of resource.attributes) {
      expect(name).toMatch(/^[a-z][a-zA-Z]*$/);
      expect(snakeCase(name)).not.toMatch(/__/);
      for (const text of [description, ...fields.map((field) => field.description)]) {
        expect([name, text]).toEqual([name, expect.stringMatching(/\.$/)]);
      }
    }
  });

  test('has only the id as a computed attribute', () => {
    expect(resource.attributes.filter(({ computed }) => computed).map(({ name }) => name)).toEqual(['id']);
  });

  test('has a key of required attributes, and a label that shows part of it', () => {
    expect(resource.key.length).toBeGreaterThan(0);
    for (const name of resource.key) {
      const required = name !== resource.namedBy?.parent;
      expect(attributeOf(resource, name)).toMatchObject({ required, setting: false, computed: false });
    }
    const labelled = [...resource.label.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(labelled.some((name) => resource.key.includes(name!))).toBe(true);
    for (const name of [...Object.values(resource.namedBy ?? {}), resource.referredBy ?? 'id'])
      attributeOf(resource, name);
  });

  test('refers to existing kinds, with an attribute for the kind if there are several', () => {
    for (const { name, refersTo, refersBy } of resource.attributes) {
      for (const kind of refersTo) expect([name, KINDS.includes(kind)]).toEqual([name, true]);
      if (refersBy)
        expect(attributeOf(resource, refersBy).allowed?.every((kind) => refersTo.includes(kind))).toBe(true);
    }
  });

  test('has sets with a key for their elements', () => {
    for (const { name, type: of, unordered, elementKey, fields } of resource.attributes) {
      if (of === 'objects') expect([name, fields.some((field) => field.name === elementKey)]).toEqual([name, true]);
      if (of === 'objects' || of === 'strings') expect([name, unordered]).toEqual([name, true]);
    }
  });

  test('has optional settings that are never compared with live values', () => {
    for (const setting of resource.attributes.filter((attribute) => attribute.setting)) {
      expect(setting.required).toBe(false);
      for (const wire of Object.values(resource.wire)) {
        const sent = fieldsOf(wire, setting.name);
        expect([setting.name, sent.every(({ withWrites }) => withWrites)]).toEqual([setting.name, true]);
      }
    }
  });

  test('has a correlation key if an identity provider manages attributes, or its wire shows who keeps an object', () => {
    const theirs = resource.attributes.filter(({ ofIdentityProvider }) => ofIdentityProvider);
    const { correlation } = resource;
    expect(theirs.length === 0 || correlation !== undefined).toBe(true);
    if (correlation === undefined) return;
    expect(attributeOf(resource, correlation)).toMatchObject({ type: 'string', required: false, caseless: false });
    expect(theirs.map(({ name }) => name)).not.toContain(correlation);
    for (const wire of Object.values(resource.wire))
      expect([wire.path, correlation in wire.fields || wire.keptHere !== undefined]).toEqual([wire.path, true]);
  });

  test('is removed as its attributes and `onRemoval` describe', () => {
    const { removal } = resource;
    if (!removal) return;
    if (removal.verb === 'release') {
      expect(resource.attributes.map(({ name }) => name)).not.toContain('onRemoval');
      return;
    }
    const onRemoval = attributeOf(resource, 'onRemoval');
    expect(onRemoval).toMatchObject({ setting: true, default: removal.verb });
    expect(onRemoval.allowed).toContain('retain');
    const written = removal.verb === 'deactivate' ? { ...removal.inactive, ...removal.active } : {};
    for (const name of Object.keys(written)) expect(attributeOf(resource, name).setting).toBe(false);
    expect(resource.permissions.length).toBeGreaterThan(0);
  });

  test('has a wire, or is the authoritative set of a kind that has one', () => {
    const { authoritativeFor } = resource;
    expect(Object.keys(resource.wire).length > 0).toBe(authoritativeFor === undefined);
    if (!authoritativeFor) return;
    const edge = resourceOf(authoritativeFor.edge);
    expect(resource.key).toEqual([authoritativeFor.scope]);
    expect(attributeOf(edge, authoritativeFor.scope).refersTo).toEqual(
      attributeOf(resource, authoritativeFor.scope).refersTo,
    );
    const elements = attributeOf(resource, authoritativeFor.elements);
    expect([authoritativeFor.scope, ...elements.fields.map(({ name }) => name)]).toEqual(
      expect.arrayContaining([...edge.key]),
    );
    for (const { name } of elements.fields) attributeOf(edge, name);
  });

  test('has lists of ids only as authoritative lists of an edge kind', () => {
    for (const { edge, scope, elements } of resource.lists ?? []) {
      const listed = edgeResourceOf(edge);
      expect([scope, listed.edge.storedIn]).toEqual(['id', { object: 'scope', array: elements }]);
      expect(scopeKind(listed)).toBe(type);
      expect(attributeOf(resource, elements).refersTo).toEqual(attributeOf(listed, listed.edge.principal.id).refersTo);
    }
  });

  if (Object.keys(resource.wire).length === 0) return;

  describe.each(Object.entries(resource.wire))('over %s', (protocol, wire) => {
    test('every field is an attribute, or an array that holds edges', () => {
      const arrays = resources.map(({ edge }) => edge?.storedIn?.array);
      for (const name of Object.keys(wire.fields)) {
        expect([name, names(resource).includes(name) || arrays.includes(name)]).toEqual([name, true]);
        for (const { at, when } of fieldsOf(wire, name)) {
          expect(at.length).toBeGreaterThan(0);
          if (when) expect(attributeOf(resource, when.attribute).allowed).toContain(when.is);
        }
      }
    });

    test('no two fields have the same place', () => {
      const places = Object.keys(wire.fields).flatMap((name) =>
        fieldsOf(wire, name).map(({ at, from }) => [from?.path, ...at].join('/')),
      );
      expect(new Set(places).size).toBe(places.length);
    });

    test('the key is sent, and every name in the wire is an attribute', () => {
      if (isEdge(resource) && resource.edge.storedIn) {
        for (const kind of carrierKinds(resource)) {
          expect(resourceOf(kind).wire[protocol]?.fields).toHaveProperty(resource.edge.storedIn.array);
        }
        return;
      }
      const chosen = Object.values(wire.fields)
        .flat()
        .map(({ when }) => when?.attribute);
      for (const name of resource.key) expect(name in wire.fields || chosen.includes(name)).toBe(true);
      for (const name of [...(wire.repeat ?? []), ...(wire.requires ?? [])]) expect(wire.fields).toHaveProperty(name);
      expect(wire.path).toMatch(/^(\/v1|\/Report)?\/[A-Za-z-]+$/);
      if (protocol === 'scim') expect(wire.schemas?.[0]).toMatch(/^urn:/);
      for (const { at } of Object.values(wire.fields).flat()) {
        if (at[0]!.startsWith('urn:')) expect(wire.schemas).toContain(at[0]);
      }
    });

    test('a surface of this protocol serves it and can filter by its key, unless it is only looked up', () => {
      const serving = surfacesServing(type).filter((surface) => surface.protocol === protocol);
      expect(serving.length).toBeGreaterThan(0);
      if (resource.edge?.storedIn || resource.removal === undefined) return;
      for (const { name } of serving) {
        expect(surfaces[name]!.serves[type]!.filters.some((filter) => resource.key.includes(filter))).toBe(true);
      }
    });
  });
});
