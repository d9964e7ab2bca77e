import { createClient } from '@mote/presence';
import { show } from './page.js';

show(createClient);
