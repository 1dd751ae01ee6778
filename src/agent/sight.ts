export { probeSight, type Sight } from "../kernel/probe/sight.ts";
