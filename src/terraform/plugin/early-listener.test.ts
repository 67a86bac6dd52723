import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { expect, test } from '@jest/globals';
import { openEarlyListener } from './early-listener.js';
import { createPrivateSocket } from './private-socket.js';

const received = (socket: Socket) =>
  new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

test('connection before accept: waits, and none of its data is lost', async () => {
  const listener = await openEarlyListener({ socket: createPrivateSocket({}) });
  const early = connect(listener.address);
  await new Promise<void>((resolve) => early.write('early', () => resolve()));
  const entered: Promise<string>[] = [];
  const both = new Promise<void>((resolve) => {
    listener.accept((connection) => {
      entered.push(received(connection));
      connection.once('data', () => connection.end());
      if (entered.length === 2) resolve();
    });
  });
  const late = connect(listener.address);
  late.write('late');
  await both;
  expect((await Promise.all(entered)).sort()).toEqual(['early', 'late']);
  await Promise.all([early.resume(), late.resume()].map(closed));
  listener.close();
});

test('close before accept: ends waiting connections and removes the socket', async () => {
  const listener = await openEarlyListener({ socket: createPrivateSocket({}) });
  const early = connect(listener.address);
  const gone = closed(early.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => early.write('early', () => resolve()));
  listener.close();
  await gone;
  expect(existsSync(dirname(listener.address))).toBe(false);
});
