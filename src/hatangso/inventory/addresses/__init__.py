"""Digital addresses: their codes, finding one by words or by place, and lists of them let in."""
