// @vitest-environment jsdom
import { describe } from 'vitest';
import { testWorldHere } from './support/world.js';

describe('a world of tests in jsdom', testWorldHere);
