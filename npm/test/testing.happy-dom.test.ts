// @vitest-environment happy-dom
import { describe } from 'vitest';
import { testWorldHere } from './support/world.js';

describe('a world of tests in happy-dom', testWorldHere);
