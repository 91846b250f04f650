"""The plate factory: draws plates of many countries and photographs them badly."""
