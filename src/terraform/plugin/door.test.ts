import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeDoor } from './door.js';
import { makeSocketPlace } from './socket.js';

const said = (socket: Socket) => new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

test('who comes before anything is behind the door waits, and nothing that was said is lost', async () => {
  const door = await makeDoor({ socket: makeSocketPlace({}) });
  const early = connect(door.address);
  await new Promise<void>((resolve) => early.write('early', () => resolve()));
  const entered: Promise<string>[] = [];
  const both = new Promise<void>((resolve) => {
    door.open((connection) => {
      entered.push(said(connection));
      connection.once('data', () => connection.end());
      if (entered.length === 2) resolve();
    });
  });
  const late = connect(door.address);
  late.write('late');
  await both;
  expect((await Promise.all(entered)).sort()).toEqual(['early', 'late']);
  await Promise.all([early.resume(), late.resume()].map(closed));
  door.close();
});

test('closed before that, it sends away who waits and removes its socket', async () => {
  const door = await makeDoor({ socket: makeSocketPlace({}) });
  const early = connect(door.address);
  const gone = closed(early.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => early.write('early', () => resolve()));
  door.close();
  await gone;
  expect(existsSync(dirname(door.address))).toBe(false);
});
