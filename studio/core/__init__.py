"""The shared kernel: errors, jobs, audit, roles and the four doors. Knows no app."""
