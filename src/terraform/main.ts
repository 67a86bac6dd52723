#!/usr/bin/env node
import { limitHeapGrowth } from './plugin/heap.js';
import { servePlugin } from './plugin/serve.js';

void servePlugin(async (log) => {
  limitHeapGrowth();
  return (await import('./rpc/provider-rpcs.js')).providerRpcs(process.env, log);
});
