"""The plate factory: draws plates of many countries and imitates photographs of them."""
