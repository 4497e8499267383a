"""What was promised: plans, targets, tasks, responsibilities."""
