import { imagemagick } from '../../programs/imagemagick.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(imagemagick);
