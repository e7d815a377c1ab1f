import { ALL_PLANES } from './planes.ts';
import { dataPlaneContract } from './contract.ts';

for (const setup of ALL_PLANES) dataPlaneContract(setup);
