import { dataPlaneContract } from './contract.ts';
import { ALL_PLANES } from './planes.ts';

for (const setup of ALL_PLANES) dataPlaneContract(setup);
