import { healthBenchmarks } from './bench/health.ts';
console.log(await healthBenchmarks());
