/** Loaded before a program of a test (`node --import`): the fault of the environment, in that process and in all below it. */
import { type Fault, inject } from './inject.js';

const fault = process.env['REGRIP_TEST_FAULT'];
if (fault !== undefined) await inject(JSON.parse(fault) as Fault);
