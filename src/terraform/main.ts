#!/usr/bin/env node
import { keepHeapSmall } from './plugin/heap.js';
import { servePlugin } from './plugin/serve.js';

void servePlugin(async (log) => {
  keepHeapSmall();
  return (await import('./rpc/provider-rpcs.js')).providerRpcs(process.env, log);
});
